"""What a program relies on in the memory of its inputs, where it stores into one of them.

Without stores, arguments that overlap are independent. With stores, the same array passed twice is one
storage, every other array must lie apart from those that are written, and these must be writeable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.errors import Origin, OverlapError
from bpcompiler.frontend.decisions import NewFact
from bpcompiler.frontend.storage import Storage
from bpcompiler.frontend.trace import Trace
from bpcompiler.ir.equations import Value

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What must hold of the inputs of a call, by their numbers.

    `written`: arrays that are stored into. `same`: pairs that are one array. `apart`: pairs that share
    nothing. `layouts`: arrays whose strides matter, "C" or "F" for contiguous ones, else the strides.
    """

    written: tuple[int, ...] = ()
    same: Pairs = ()
    apart: Pairs = ()
    layouts: tuple[tuple[int, str | tuple[int, ...]], ...] = ()

    def holds(self, inputs: Sequence[Any]) -> bool:
        """Return whether a call's inputs are as the program needs them."""
        return (
            all(inputs[i].flags.writeable for i in self.written)
            and all(inputs[i] is inputs[j] for i, j in self.same)
            and all(are_apart(inputs[i], inputs[j]) for i, j in self.apart)
            and all(layout_of(inputs[i]) == layout for i, layout in self.layouts)
        )


def are_apart(one: Any, other: Any) -> bool:
    """Return whether two arrays have no element in common."""
    if one is other:
        return False
    return (one.flags.owndata and other.flags.owndata) or not np.shares_memory(one, other)


def layout_of(array: Any) -> str | tuple[int, ...]:
    """Return "C" or "F" for a contiguous array, else its strides."""
    flags = array.flags
    strides: tuple[int, ...] = array.strides
    return "C" if flags.c_contiguous else "F" if flags.f_contiguous else strides


class SameArrays:
    """Which arguments are one array. Lives through all starts of a trace; it matters if one is stored."""

    def __init__(self, leaves: Sequence[Any]) -> None:
        places: dict[int, int] = {}
        self.first = [
            places.setdefault(id(leaf), i) if isinstance(leaf, np.ndarray) else i
            for i, leaf in enumerate(leaves)
        ]
        self.merged = False

    def joined(self, given: Sequence[Any]) -> list[Any]:
        """Return the traced arguments, those that are one array as one reference."""
        return [given[first] for first in self.first] if self.merged else list(given)

    def merge(self, written: Sequence[int]) -> None:
        """Start again with one storage for an array that was passed twice, if it is stored into."""
        if not self.merged and any(self.first.count(self.first[i]) > 1 for i in written):
            self.merged = True
            raise NewFact

    def pairs(self) -> Pairs:
        """Return the pairs of arguments that are one array."""
        return tuple((first, i) for i, first in enumerate(self.first) if first != i) if self.merged else ()


def memory_of(trace: Trace, inputs: Sequence[Value], names: Sequence[str], same: SameArrays) -> Memory:
    """Return what the program relies on. Raises OverlapError if arrays share memory with a written one."""
    numbers = {value: i for i, value in enumerate(inputs)}
    found = {numbers[storage.initial]: storage for storage in trace.arrays if storage.initial in numbers}
    written = [i for i, storage in found.items() if trace.version(storage) is not storage.initial]
    same.merge([i for i in written if i < len(same.first)])
    pairs = same.pairs()
    twins = {j for _, j in pairs}
    apart = tuple(
        (i, j) for i in written for j in found if i != j and j not in twins and not (j in written and j < i)
    )
    for i, j in apart:
        if not are_apart(found[i].array, found[j].array):
            place = trace.stored.get(found[i])
            raise _overlap(names[i], found[j].outside or names[j], place)
    layouts = tuple((numbers[storage.initial], layout) for storage, layout in trace.layouts.items())
    return Memory(tuple(written), pairs, apart, layouts)


def _overlap(written: str, other: str, place: Origin | None) -> OverlapError:
    return OverlapError(
        f"the function stores into {written}, which shares memory with {other}",
        remedy=f"pass a copy of one of them: {other}.copy()",
        origin=place,
    )


def own(storage: Storage, array: Any, trace: Trace) -> None:
    """Let a storage be the caller's array."""
    storage.array, storage.readonly = array, not array.flags.writeable
    trace.arrays.append(storage)
