"""What differs between two states of a trace: names, items, attributes, and versions of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.grown import GrownList
from bpcompiler.frontend.grows import Grows
from bpcompiler.frontend.regions import holders
from bpcompiler.frontend.state import UNBOUND, Snapshot, same
from bpcompiler.frontend.storage import Mark, Storage
from bpcompiler.frontend.trace import Trace
from bpcompiler.frontend.tracers import TracedArray, TracedNumber
from bpcompiler.ir.equations import Value


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A name, item or attribute and what it is on two ways; of an array (`key` None), its versions."""

    holder: Any
    key: Any
    left: Any
    right: Any

    @property
    def name(self) -> str:
        """What the user calls it, if anything."""
        return self.key if isinstance(self.key, str) else ""

    @property
    def place(self) -> tuple[int, Any]:
        """The same for the slots of one place in any two states."""
        return id(self.holder), self.key


def mark_of(snapshot: Snapshot, trace: Trace) -> Mark:
    """Return the trace's own part of a snapshot."""
    return next(token for each, token in snapshot.tokens if each is trace)  # type: ignore[return-value]


def differing(head: Snapshot, left: Snapshot, right: Snapshot, dead: Iterable[Any] = ()) -> list[Slot]:
    """Return the slots of what existed at the head that differ; not those of `dead` holders."""
    found: list[Slot] = []
    skipped = {id(holder) for holder in dead}
    for key, (holder, old) in head.contents.items():
        if key not in skipped:
            one = left.contents.get(key, (holder, old))[1]
            other = right.contents.get(key, (holder, old))[1]
            try:
                found.extend(_differences(holder, old, one, other))
            except Grows as grows:
                raise Grows(grows.holder, grows.item, name_of(head, grows.holder)) from None
    return found


def name_of(snapshot: Snapshot, value: Any) -> str:
    """Return what a value is called in a function, if anything."""
    for holder, contents in snapshot.contents.values():
        if holders.is_environment(holder):
            found = next((name for name, each in contents.items() if each is value), None)
            if found is not None:
                return str(found)
    return ""


def _differences(holder: Any, old: Any, one: Any, other: Any) -> Iterator[Slot]:
    if isinstance(one, set):
        if not old == one == other:
            raise NeedsValueError(
                "a set differs between the ways through a condition or loop on traced values",
                remedy="use a list of numbers, or an array",
            )
        return
    if isinstance(holder, GrownList):
        if one["filled"] != other["filled"]:
            raise Grows(holder, holder.item(holder.array[-1]), holder.name)
        other = {**other, "filled": one["filled"]}
    before, first, second = (
        each if isinstance(each, dict) else dict(enumerate(each)) for each in (old, one, other)
    )
    for key in dict.fromkeys([*before, *first, *second]):
        left, right = first.get(key, UNBOUND), second.get(key, UNBOUND)
        if not unchanged(left, right) or not unchanged(before.get(key, UNBOUND), left):
            if (left is UNBOUND) is not (right is UNBOUND) and not holders.is_environment(holder):
                raise _grown(holder, before, second if right is not UNBOUND else first)
            yield Slot(holder, key, left, right)


def unchanged(left: Any, right: Any) -> bool:
    """Return whether a slot holds the same: one object, one value of the program, equal numbers or texts."""
    if same(left, right):
        return True
    if isinstance(left, TracedArray) and isinstance(right, TracedArray):
        return left.view is None and right.view is None and left.storage is right.storage
    if (
        isinstance(left, TracedNumber)
        and isinstance(right, TracedNumber)
        and not isinstance(left, TracedArray)
    ):
        return not isinstance(right, TracedArray) and left.value is right.value
    return False


def _grown(holder: Any, before: dict[Any, Any], longer: dict[Any, Any]) -> NeedsValueError:
    if type(holder) is list and len(longer) > len(before):
        return Grows(holder, longer[len(before)])
    kind = type(holder).__name__
    return NeedsValueError(
        f"a {kind} gets more or fewer items under a condition or in a loop on traced values",
        remedy="make an array of the final size before, and store into it: x[i] = ...",
    )


def versions(trace: Trace, head: Snapshot, left: Snapshot, right: Snapshot, local: set[Value]) -> list[Slot]:
    """Return the arrays that hold other versions; not those that only one of the ways has made."""
    old, one, other = (mark_of(each, trace).versions for each in (head, left, right))
    found: list[Slot] = []
    for storage in dict.fromkeys([*one, *other]):
        if storage.initial in local:
            continue
        first, second = one.get(storage, storage.initial), other.get(storage, storage.initial)
        if not first is second is old.get(storage, storage.initial):
            found.append(Slot(storage, None, first, second))
    return found


def references(snapshot: Snapshot) -> set[Storage]:
    """Return the storages that a state refers to."""
    found: set[Storage] = set()
    for _, contents in snapshot.contents.values():
        for value in contents.values() if isinstance(contents, dict) else contents:
            found.update(storages(value))
    return found


def storages(value: Any) -> Iterator[Storage]:
    """Yield the storages that a value refers to, those in tuples included: other containers are holders."""
    if isinstance(value, TracedArray):
        yield value.storage
    elif isinstance(value, tuple):
        for item in value:
            yield from storages(item)
