"""Loops on traced values: `for_` and `while_` equations.

The body is traced once to learn what it changes. That becomes a carry, of the type that the value at the
entry and the one at the end of a turn have in common; the body is traced again from there, until nothing new
turns up. Arrays are carried by their versions, and a name that is bound in the body only is `Maybe` after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError, Origin
from bpcompiler.frontend.interpreter.frames import BREAK, CODES, Completion, Ending, Kind, Perhaps
from bpcompiler.frontend.regions import exits, joins, sharing, slots
from bpcompiler.frontend.regions.blocks import Run, Side, Stopped, go_on, take_names, trace_of
from bpcompiler.frontend.regions.branches import put
from bpcompiler.frontend.regions.descriptions import UNDEFINED
from bpcompiler.frontend.state import UNBOUND, Snapshot
from bpcompiler.frontend.storage import Storage
from bpcompiler.frontend.trace import Trace
from bpcompiler.ir.equations import Block, Operand, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, INT64, Aval, Scalar
from bpcompiler.primitives import piecewise

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

MOST_ROUNDS = 10
Leave = tuple[Kind, ...]
Plan = tuple[slots.Slot, joins.Rebuild]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The head of a loop in one round: the carries' parameters, and the state in which a turn begins."""

    params: tuple[Value, ...]
    places: tuple[tuple[int, Any], ...]
    state: Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """A loop whose carries have settled: its body, and what joins the entry with the end of a turn."""

    head: Head
    side: Side
    join: joins.Join
    plans: Sequence[Plan]


def settle(
    m: Interpreter, entry: Snapshot, run: Run, facts: Sequence[Size], first: Sequence[Value] = ()
) -> Settled:
    """Trace the body until its carries have settled. `first`: the parameters before those of the carries."""
    mark = slots.mark_of(entry, trace_of(m))
    join = joins.Join(trace_of(m), m.state.own, set(), (mark, mark))
    plans: list[Plan] = []
    for _ in range(MOST_ROUNDS):
        head = _head(m, entry, join, plans)
        side = go_on(m, _empty(head), run, facts)
        side.params = (*first, *head.params)
        new_join, new_plans = _changes(m, entry, head, side)
        if _types(new_join) == _types(join) and _places(new_plans) == head.places:
            return Settled(head, side, new_join, new_plans)
        join, plans = new_join, new_plans
    raise NeedsValueError(
        "what this loop carries from turn to turn does not settle: its type or structure changes each turn",
        remedy="give the variables that it changes their final type and shape before the loop",
    )


def _empty(head: Head) -> Side:
    return Side([], head.state, None, {}, head.params)


def _head(m: Interpreter, entry: Snapshot, join: joins.Join, plans: Sequence[Any]) -> Head:
    """Put parameters in place of what changes, in a block of its own."""
    trace = trace_of(m)
    m.state.restore(entry)
    trace.builder.equations = []
    params = tuple(trace.builder.input(leaf.aval, leaf.name) for leaf in join.leaves)
    trace.part_names.update((param, leaf.part) for param, leaf in zip(params, join.leaves, strict=True))
    wrapped = [trace.rewrap(param) for param in params]
    for slot, rebuild in plans:
        put(m, slot, rebuild(wrapped))
    sharing.settle(m, join, wrapped)
    return Head(params, _places(plans), m.state.snapshot())


def _changes(m: Interpreter, entry: Snapshot, head: Head, side: Side) -> tuple[joins.Join, list[Plan]]:
    """Join what the body changed with what it was at the entry."""
    trace, local = trace_of(m), side.defines()
    marks = slots.mark_of(entry, trace), slots.mark_of(side.after, trace)
    join = joins.Join(trace, m.state.own, local, marks)
    if exits.raises(side):
        return join, []
    changed = slots.differing(head.state, head.state, side.after)
    changed += slots.versions(trace, head.state, head.state, side.after, local)
    at_entry = [_from(entry, slot, trace) for slot in changed]
    return join, [(slot, exits.slot_plan(join, slot)) for slot in at_entry]


def _from(entry: Snapshot, slot: slots.Slot, trace: Any) -> slots.Slot:
    """Return the slot with its value at the entry on the left."""
    if isinstance(slot.holder, Storage):
        versions = slots.mark_of(entry, trace).versions
        return replace(slot, left=versions.get(slot.holder, slot.holder.initial))
    contents = entry.contents[id(slot.holder)][1]
    if isinstance(contents, dict):
        return replace(slot, left=contents.get(slot.key, UNBOUND))
    return replace(slot, left=contents[slot.key])


def _types(join: joins.Join) -> list[Aval]:
    return [leaf.aval for leaf in join.leaves]


def _places(plans: Sequence[tuple[slots.Slot, Any]]) -> tuple[tuple[int, Any], ...]:
    return tuple(slot.place for slot, _ in plans)


# ------------------------------------------------------------------ the equation


@dataclass(frozen=True, slots=True, eq=False)
class Exit:
    """How a loop may be left early: whether it is, at the end of a turn, and how, where that is asked."""

    stop: Any
    kinds: Leave
    code: joins.Rebuild
    value: joins.Rebuild


def exit_of(m: Interpreter, settled: Settled, asked: Leave) -> Exit | None:
    """Return how the loop may be left. The kinds in `asked` must be known after it."""
    ending = settled.side.ending
    kinds = _kinds(ending)
    if not kinds:
        return None
    join = settled.join
    m.state.restore(settled.side.after)
    stop = True if isinstance(ending, Completion) else exits.has_left_by(m, ending, kinds)  # type: ignore[arg-type]
    known = tuple(kind for kind in kinds if kind in asked)
    back = _code(m, ending, known) if known else None
    settled.side.after = m.state.snapshot()
    if not known:
        return Exit(stop, (), lambda outputs: None, lambda outputs: None)
    weak = Scalar(BOOL if len(known) == 1 else INT64, weak=True)
    code = join.leaf(False if len(known) == 1 else 0, back, weak, "")
    returned = ending.value if isinstance(ending, Completion | Perhaps) else None
    value = join.value(UNDEFINED, returned, "") if "return" in known else lambda outputs: None
    return Exit(stop, known, code, value)


def _kinds(ending: Ending) -> Leave:
    found = (
        ending.kinds
        if isinstance(ending, Perhaps)
        else (ending.kind,)
        if isinstance(ending, Completion)
        else ()
    )
    return tuple(kind for kind in found if kind in ("break", "return"))


def _code(m: Interpreter, ending: Ending, known: Leave) -> Any:
    """Return the code at the end of a turn: a bool where one kind only is asked for."""
    if isinstance(ending, Completion):
        return True if len(known) == 1 else CODES[ending.kind]
    assert isinstance(ending, Perhaps)
    if len(known) == 1:
        return exits.has_left_by(m, ending, known)
    if ending.kinds == known:
        return ending.code
    left = exits.has_left_by(m, ending, known)
    return trace_of(m).elementwise(piecewise.select, left, ending.code, 0)


def build(
    m: Interpreter,
    entry: Snapshot,
    settled: Settled,
    asked: Leave,
    emit: Callable[[list[Operand], Callable[[], Block], dict[str, Any]], tuple[Value, ...]],
    place: Origin | None,
) -> Ending:
    """Add the equation by `emit(inits, body, attrs)`, put the state after it in place, return the ending."""
    trace, side, join = trace_of(m), settled.side, settled.join
    left = exit_of(m, settled, asked)
    m.state.restore(side.after)
    results = [joins.operand(trace, leaf.right, leaf.aval) for leaf in join.leaves]
    if left is not None:
        results.insert(0, joins.operand(trace, left.stop, Scalar(BOOL, weak=True)))
    new = tuple(trace.builder.input(leaf.aval, leaf.name) for leaf in join.leaves[len(settled.head.params) :])
    body = Block((*side.params, *new), tuple(trace.builder.equations), tuple(results))
    m.state.restore(entry)
    take_names(m, (side,))
    with trace.builder.at(place, trace.builder.phase):
        inits = [joins.operand(trace, leaf.left, leaf.aval) for leaf in join.leaves]
        values = emit(inits, lambda: body, {"exits": True} if left is not None else {})
    for value, leaf in zip(values, join.leaves, strict=True):
        if leaf.name:
            trace.builder.names.setdefault(value, leaf.name)
    _name_parts(trace, join, body, values)
    outputs = [trace.rewrap(value) for value in values]
    for slot, rebuild in settled.plans:
        put(m, slot, rebuild(outputs))
    sharing.settle(m, join, outputs)
    if left is None or not left.kinds:
        return None
    return Perhaps(left.kinds, left.code(outputs), left.value(outputs))


def _name_parts(trace: Trace, join: joins.Join, body: Block, values: Sequence[Value]) -> None:
    """Name what the loop carries of containers after its place there, where no turn names it."""
    names, count = trace.builder.names, len(join.leaves)
    carried = zip(join.leaves, body.params[-count:], body.results[-count:], values, strict=True)
    for leaf, param, result, value in carried if count else ():
        if leaf.part and param not in names and result not in names:
            names.setdefault(value, leaf.part)


def endless(settled: Settled, ending: Ending) -> Ending:
    """Return how a loop ends that only its body ends, given what is known of its returning."""
    kinds = _kinds(settled.side.ending)
    if not kinds:
        raise Stopped(RuntimeError("a loop that nothing ends"))
    if "return" not in kinds:
        return BREAK
    assert isinstance(ending, Perhaps)
    return ending if "break" in kinds else Completion("return", ending.value)
