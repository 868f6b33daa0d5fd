"""Lists that get one more item in each turn of a `for`: in front of the loop they become arrays with room.

The loop is traced as it is; where a list has grown, it is made a `GrownList` at the entry, everywhere where
the state refers to it, and the loop is traced again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend import state
from bpcompiler.frontend.elements import Element, element_of, joined
from bpcompiler.frontend.grown import GrownList, lend, longer, room_for
from bpcompiler.frontend.grows import REMEDY, Grows, not_once
from bpcompiler.frontend.interpreter.frames import CONTINUE, Ending, Perhaps
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.regions import ranges, slots
from bpcompiler.frontend.regions.blocks import trace_of
from bpcompiler.frontend.regions.ranges import Turns
from bpcompiler.ir.sizes import Size

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter


@dataclass(slots=True, eq=False)
class Growing:
    """The lists that a loop appends to, by what they were before it, and how they are at its entry."""

    kinds: dict[int, tuple[Any, Element]] = field(default_factory=dict)
    lists: list[tuple[GrownList, Size]] = field(default_factory=list)
    origins: dict[int, Any] = field(default_factory=dict)

    def learn(self, grows: Grows) -> None:
        """Take note of a list that grows. Raises what it was told for one that cannot be an array."""
        holder = grows.holder
        origin = self.origins.get(id(holder), holder)
        kind = element_of(grows.item)
        if kind is None or type(origin) not in (list, GrownList):
            raise grows
        known = self.kinds.get(id(origin), (origin, kind))[1]
        both = joined(known, kind)
        if both is None:
            raise _two_kinds(getattr(holder, "name", ""), known, kind)
        if id(origin) in self.kinds and both == known:
            raise not_once(getattr(holder, "name", ""))
        self.kinds[id(origin)] = origin, both

    def guess(self, m: Interpreter, node: ast.AST) -> bool:
        """Take lists that the loop's own text appends to for ones that grow, with items as they have now."""
        if self.kinds:
            return False
        names = m.frames[-1].environment.names
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute) and each.attr == "append" and isinstance(each.value, ast.Name):
                found = names.get(each.value.id)
                kind = element_of(found[-1]) if type(found) is list and found else None
                if kind is not None and m.state.owns(found):
                    self.kinds[id(found)] = found, kind
        return bool(self.kinds)

    def prepare(self, m: Interpreter, turns: Turns) -> Turns:
        """Make room in front of the loop for what it appends; return turns whose index counts that."""
        self.lists = []
        if not self.kinds:
            return turns
        length = size_of(ranges.count(turns))
        if length is None:
            raise NeedsValueError(
                "a list grows in a loop whose number of turns is computed from values", remedy=REMEDY
            )
        for origin, kind in self.kinds.values():
            grown = _with_room(m, origin, kind, length)
            self.lists.append((grown, grown.filled))
            self.origins[id(grown)] = origin
        plain = turns.step == 1 if type(turns.step) is int else False
        return turns if plain and size_of(turns.start) is not None else ranges.from_zero(turns)

    def facts(self, position: Size) -> list[Size]:
        """Return what is known in a turn, sizes that are not negative: there is room."""
        return [grown.array.aval.shape[0] - known - position - 1 for grown, known in self.lists]

    def turn(self, m: Interpreter, position: Size, run: Callable[[], Ending]) -> Ending:
        """Run a turn, in which each list gets one item."""
        if not self.lists:
            return run()
        head = m.state.snapshot()
        older = frozenset(slots.references(head)).union(trace_of(m).versions)
        for grown, known in self.lists:
            grown.filled, grown.older, grown.depth = known + position, older, len(m.open_branches)
        try:
            ending = run()
        finally:
            for grown, _ in self.lists:
                grown.older = None
        for grown, known in self.lists:
            if not _goes_on(ending) or grown.filled != known + position + 1:
                raise not_once(grown.name)
            grown.filled = known
        return ending

    def finish(self) -> None:
        """After the loop all items are there."""
        for grown, _ in self.lists:
            grown.filled = grown.array.aval.shape[0]
            grown.depth -= 1


def _goes_on(ending: Ending) -> bool:
    if isinstance(ending, Perhaps):
        return all(kind == "continue" for kind in ending.kinds)
    return ending is None or ending is CONTINUE or getattr(ending, "kind", "") == "raise"


def _with_room(m: Interpreter, origin: Any, kind: Element, length: Size) -> GrownList:
    if isinstance(origin, GrownList):
        if joined(origin.element, kind) != origin.element or not m.state.owns(origin):
            raise _two_kinds(origin.name, origin.element, kind)
        origin.array = longer(origin, length)
        return origin
    if not m.state.owns(origin):
        raise NeedsValueError("a list that is made in a loop grows in it", remedy=REMEDY)
    name = slots.name_of(m.state.snapshot(), origin)
    for item in origin:
        both = joined(kind, element_of(item))
        if both is None:
            raise _two_kinds(name, element_of(item), kind)
        kind = both
    array = room_for(length + len(origin), kind)
    for index, item in enumerate(origin):
        array[index] = item
        lend(item, name)
    grown = GrownList(array, len(origin), kind, name)
    m.hooks.named(name or "items", array)
    _replace(m, origin, m.state.own(grown))
    return grown


def _two_kinds(name: str, one: Element | None, other: Element) -> NeedsValueError:
    first = "something else" if one is None else f"a {one.text()}"
    return NeedsValueError(
        f"the list {name} holds {first}, and a loop appends a {other.text()} to it",
        remedy="let all items be of one type: 0.0 in place of 0; or " + REMEDY,
    )


# ------------------------------------------------------------------ in place of a list


def _replace(m: Interpreter, origin: list[Any], grown: GrownList) -> None:
    """Let everything in the state that refers to the list refer to what stands for it."""
    for holder, contents in m.state.snapshot().contents.values():
        if holder is origin or isinstance(holder, GrownList):
            continue
        if isinstance(contents, dict):
            new: Any = {key: _in_place(value, origin, grown) for key, value in contents.items()}
            changed = any(new[key] is not value for key, value in contents.items())
        elif isinstance(contents, list):
            new = [_in_place(value, origin, grown) for value in contents]
            changed = any(one is not other for one, other in zip(new, contents, strict=True))
        else:
            continue
        if changed:
            state.put(holder, new)
    origin[:] = [grown]  # nobody reads it any more


def _in_place(value: Any, origin: Any, grown: GrownList) -> Any:
    if value is origin:
        return grown
    if getattr(value, "__self__", None) is origin:
        return grown.attribute(value.__name__)
    if type(value) is tuple and any(_in_place(item, origin, grown) is not item for item in value):
        return tuple(_in_place(item, origin, grown) for item in value)
    return value


def position_in(turns: Turns, index: Any) -> Any:
    """Return the number of a turn, from 0, for turns as `prepare` returns them."""
    return index.aval.size - size_of(turns.start)
