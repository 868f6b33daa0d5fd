"""Which nests are turned, and how the program's own buffers are laid out for that.

All nests over the same three ranges, or none: so they stay one nest when loops are fused. None if one of
them would read or write memory across its order: with the new innermost index in front of the last one, in an
array that is not the program's own to lay out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size
from bpcompiler.lowering.fusion.memory import Access, Memory
from bpcompiler.lowering.fusion.parts import EVERYWHERE
from bpcompiler.lowering.fusion.ranges import size_of, sizes_in, turns
from bpcompiler.lowering.interchange.across import Across
from bpcompiler.lowering.interchange.pairs import Pair, pair_of
from bpcompiler.primitives.loops import for_

Ranges = tuple[object, ...]


class Judgement(Protocol):
    """Says which loops are worth it; `profit` has the one for the sizes of a call."""

    def is_short(self, size: Size) -> bool:
        """Return whether a loop is too short to be the innermost one."""

    def is_long(self, size: Size) -> bool:
        """Return whether a loop is long enough to be the innermost one."""


class Choice:
    """The pairs that change places, by the outer loop, and which dimension of a buffer is to be the last.

    `across`: what stands in the way, and need not.
    """

    def __init__(self, program: Program, judgement: Judgement) -> None:
        self.memory, self.sizes = Memory(program.block), sizes_in(program.block)
        self.pairs: dict[Equation, Pair] = {}
        self.last: dict[Value, int] = {}
        self._judgement, self._movable = judgement, _movable(program.block, self.memory)
        self._found: dict[Ranges, list[Pair | None]] = {}
        self._look(program.block)
        self.across = Across(program, self.memory, [p for some in self._found.values() for p in some if p])
        for pairs in self._found.values():
            self._choose(pairs)

    def _look(self, block: Block, around: Equation | None = None) -> None:
        for eqn in block.equations:
            for inner in eqn.blocks:
                self._look(inner, eqn if eqn.primitive is for_ else None)
            if around is None or not self._counts(eqn, self._judgement.is_long):
                continue
            for loop in eqn.blocks[0].equations:
                if self._counts(loop, self._judgement.is_short):
                    key = tuple(turns(each, self.sizes) for each in (around, eqn, loop))
                    self._found.setdefault(key, []).append(pair_of(eqn, loop, self.memory))

    def _counts(self, eqn: Equation, suits: Callable[[Size], bool]) -> bool:
        """Whether it is a loop that counts from 0 to such a size."""
        counted = turns(eqn, self.sizes)
        size = None if counted is None else size_of(eqn.operands[1], self.sizes)
        return counted == (0, size, 1) and size is not None and suits(size)

    def _choose(self, pairs: Sequence[Pair | None]) -> None:
        last = dict(self.last)
        for pair in pairs:
            if pair is None or not all(self._is_in_order(a, pair, last) for a in self.memory.of(pair.inner)):
                return
        self.last = last
        self.pairs.update({pair.outer: pair for pair in pairs if pair is not None})

    def _is_in_order(self, access: Access, pair: Pair, last: dict[Value, int]) -> bool:
        """Whether the index can come last in a buffer; what that takes is noted in `last`."""
        indices, moving = access.indices or (), _moving(pair)
        places = [d for d, index in enumerate(indices) if index in moving]
        if not places:
            return True
        if places == [len(indices) - 1]:
            return last.setdefault(access.buffer, places[0]) == places[0]
        if len(places) > 1 or indices[places[0]] is not pair.index or access.buffer not in self._movable:
            return False
        return last.setdefault(access.buffer, places[0]) == places[0]


def _movable(block: Block, memory: Memory) -> set[Value]:
    """Return the program's own buffers of which nothing but elements are read and written."""
    accesses = [access for eqn in block.equations for access in memory.of(eqn)]
    views = {access.buffer: access.view for access in accesses}
    fixed = {
        a.buffer
        for a in accesses
        if a.indices is None or EVERYWHERE in a.indices or views[a.buffer] is not a.view
    }
    return memory.own(block) - fixed


def _moving(pair: Pair) -> set[Value]:
    """Return the outer index and what depends on it."""
    found = {pair.index}
    for eqn in pair.inner.blocks[0].equations:
        if not found.isdisjoint(o for o in eqn.operands if isinstance(o, Value)):
            found.update(eqn.outputs)
    return found
