"""From a finished trace to what its program relies on in the memory of its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import Origin, OverlapError
from bpcompiler.frontend.decisions import NewFact
from bpcompiler.frontend.memory import Memory, Pairs, are_apart
from bpcompiler.frontend.storage import Storage
from bpcompiler.frontend.trace import Trace
from bpcompiler.ir.equations import Value


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
