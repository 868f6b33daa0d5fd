"""Liveness: whether a value is still read after an equation, through branches and turns of loops.

A value that a loop reads and does not define is read again in the next turn, so it lives throughout the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import while_

LOOPS = {for_, while_}
Reads = Callable[[Equation], Iterable[Value]]
ResultReads = Callable[[Block], Iterable[Value]]


def operands_read(eqn: Equation) -> Iterable[Value]:
    """Return the values that an equation itself reads, without its nested blocks."""
    return [operand for operand in eqn.operands if isinstance(operand, Value)]


def results_read(block: Block) -> Iterable[Value]:
    """Return the values that a block's results are."""
    return [result for result in block.results if isinstance(result, Value)]


class Liveness:
    """The places where values of a block are defined and read last.

    `reads` and `result_reads` say what an equation and the end of a block read, where that is more or less
    than what stands there.
    """

    def __init__(
        self, block: Block, reads: Reads = operands_read, result_reads: ResultReads = results_read
    ) -> None:
        self._reads, self._result_reads = reads, result_reads
        self._born: dict[Value, tuple[Block, int]] = {}
        self._places: dict[Equation, tuple[Block, int]] = {}
        self._owners: dict[Block, Equation] = {}
        self._last: dict[Block, dict[Value, int]] = {}
        self._enter(block)

    def _enter(self, block: Block) -> None:
        last: dict[Value, int] = {}
        self._born.update((param, (block, -1)) for param in block.params)
        for at, eqn in enumerate(block.equations):
            self._places[eqn] = (block, at)
            last.update((value, at) for value in self._reads(eqn))
            for inner in eqn.blocks:
                self._owners[inner] = eqn
                self._enter(inner)
                last.update((value, at) for value in self._last[inner])
            self._born.update((value, (block, at)) for value in eqn.outputs)
        last.update((value, len(block.equations)) for value in self._result_reads(block))
        self._last[block] = last

    def place(self, eqn: Equation) -> tuple[Block, int]:
        """Return the block that an equation stands in, and its number there."""
        return self._places[eqn]

    def owner(self, block: Block) -> Equation | None:
        """Return the equation that a block is nested in; None for the outermost."""
        return self._owners.get(block)

    def home(self, value: Value) -> Block:
        """Return the block that defines a value."""
        return self._born[value][0]

    def is_read(self, value: Value) -> bool:
        """Return whether anybody reads the value."""
        return value in self._last[self.home(value)]

    def across(self, eqn: Equation, value: Value) -> bool:
        """Return whether a value is defined before the equation and read after it."""
        return self.before(eqn, value) and self.after(eqn, value)

    def before(self, eqn: Equation, value: Value) -> bool:
        """Return whether a value is defined where the equation stands, before it."""
        home, number = self._born[value]
        block, at = self._places[eqn]
        while block is not home:
            if block not in self._owners:
                return False
            block, at = self._places[self._owners[block]]
        return number < at

    def after(self, eqn: Equation, value: Value) -> bool:
        """Return whether a value is read after the equation: later, in a later turn, or as a result."""
        home = self.home(value)
        block, at = self._places[eqn]
        while True:
            if self._last[block].get(value, -1) > at:
                return True
            owner = self._owners.get(block)
            if owner is None:
                return False
            if home is block:  # what a loop's test is given, its body is given too
                return owner.primitive is while_ and block is owner.blocks[0] and value in block.params
            if owner.primitive in LOOPS and self.inside(owner, value):
                return True
            block, at = self._places[owner]

    def inside(self, eqn: Equation, value: Value) -> bool:
        """Return whether the nested blocks of an equation read a value."""
        return any(value in self._last[inner] for inner in eqn.blocks)

    def throughout(self, loop: Equation, value: Value) -> bool:
        """Return whether a value from outside lives while the loop runs: read in it, or after it."""
        return self.inside(loop, value) or self.after(loop, value)
