"""Which indices Numba cannot see to be in bounds: it would count them from the end of the array if negative.

Indices of loads and stores are never negative. Numba finds that out by itself for the index of a loop that
counts up from a number, or over one block of turns, and for that plus a number; every other index is marked
`unsigned(...)`.

LLVM asks in front of nested loops whether what the innermost one reads and writes overlaps, and takes the
answer for yes where rows go backwards: that loop would not be in vectors. So the index of a loop that
counts down around others is `opaque(...)`, which has LLVM ask in front of the inner loop, each time.
"""

from __future__ import annotations

from bpcompiler.codegen.lowered_inline import Inline
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.sizes import Dim, Factor, Size, Symbol, as_symbol
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives import arithmetic
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import as_size
from bpcompiler.primitives.simd import block_stop

HELPERS = ("unsigned", "opaque")


class Indices:
    """Says of each index whether it is plain to see that it is not negative."""

    def __init__(self, block: Block, inline: Inline) -> None:
        self._inline = inline
        self._plain: set[Value] = set()
        for eqn in equations_of(block):
            if eqn.primitive is for_ and (_counts_up(eqn) or self.block_of(eqn) is not None):
                self._plain.add(eqn.blocks[0].params[0])
        computed = [eqn.output for eqn in equations_of(block) if eqn.primitive is as_size]
        self._hidden = set(map(_symbol, computed))
        self._counting: set[Symbol | None] = set()

    def enter(self, index: Value) -> None:
        """Take note of the loop that a symbol stands for from here on."""
        hidden, shown = self._hidden, self._counting
        if index in self._plain:
            hidden, shown = shown, hidden
        hidden.add(_symbol(index))
        shown.discard(_symbol(index))

    def block_of(self, loop: Equation) -> Equation | None:
        """Return what says where a loop over one block of turns ends, None if it is another loop."""
        stop, step = loop.operands[1:3]
        if not (isinstance(step, Literal) and step.value == 1):
            return None
        eqn = self._inline.get(stop) if isinstance(stop, Value) else None
        return eqn if eqn is not None and eqn.primitive is block_stop else None

    def is_plain(self, operand: Operand) -> bool:
        """Return whether Numba sees that the index is not negative."""
        if isinstance(operand, Literal):
            return True
        if operand in self._plain:
            return True
        eqn = self._inline.get(operand)
        if eqn is None:
            return False
        if eqn.primitive is convert:  # NumPy's integer of the index
            return self.is_plain(eqn.operands[0])
        if isinstance(operand.aval, Scalar) and operand.aval.size is not None:
            return self._is_sum(eqn.attrs["size"] if eqn.primitive is size_value else operand.aval.size)
        if eqn.primitive in (arithmetic.add, arithmetic.mul):
            return all(map(self.is_plain, eqn.operands))
        return False

    def _is_sum(self, size: Size) -> bool:
        """Whether a size is a sum of indices that count up, dimensions and numbers."""
        if not isinstance(size, Dim):
            return size >= 0
        return all(count >= 0 and all(map(self._is_known, factors)) for factors, count in size.terms)

    def _is_known(self, factor: Factor) -> bool:
        if factor in self._counting:
            return True
        return isinstance(factor, Symbol) and factor.nonnegative and factor not in self._hidden


def _counts_up(eqn: Equation) -> bool:
    if eqn.primitive is not for_:
        return False
    start, _, step = eqn.operands[:3]
    return all(isinstance(operand, Literal) and operand.value >= 0 for operand in (start, step))


def counts_down_around_loops(eqn: Equation) -> bool:
    """Return whether a `for` counts down, and there are loops in it."""
    step, (body,) = eqn.operands[2], eqn.blocks
    if not isinstance(step, Literal) or step.value > 0:
        return False
    return any(inner.primitive is for_ for inner in equations_of(body))


def _symbol(value: Value) -> Symbol | None:
    size = value.aval.size if isinstance(value.aval, Scalar) else None
    return None if size is None else as_symbol(size)
