"""Where outer-loop vectorization is worth while, for the sizes of a call.

Only a judgement: the array code computes the same for all sizes. The innermost loops must be such that they
do not vectorize themselves, as sums do not, and short; the loop itself long enough to fill vectors and short
enough that an array with an element a turn stays in the nearest cache. A loop around it must turn often
enough to pay for copies with another order of axes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpcompiler.ir.equations import Equation, equations_of
from bpcompiler.ir.sizes import Size, Symbol, substitute
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives.loops import for_
from bpcompiler.transforms.planning.homes import symbols_in
from bpcompiler.transforms.vectorizing.turns import size_of

FEWEST, MOST = 8, 1024  # turns of the loop
LONGEST = 32  # turns of a loop inside, on average
AROUND = 8  # turns of the loops around


@dataclass(frozen=True, slots=True)
class Profit:
    """The judgement for a call with these sizes."""

    sizes: Mapping[Symbol, int]

    def __call__(self, loop: Equation, around: Sequence[Equation]) -> bool:
        """Return whether a loop is worth while; `around` are the loops around it, the outermost first."""
        turns = self._turns(loop, self.sizes)
        if turns is None or not FEWEST <= turns <= MOST:
            return False
        inner = [eqn for eqn in equations_of(loop.blocks[0]) if eqn.primitive is for_]
        if not any(map(_carries_a_number, inner)):
            return False
        known = self._typical((*around, loop, *inner))
        lengths = [self._turns(eqn, known) for eqn in inner]
        outer = 1.0
        for eqn in around:
            outer *= self._turns(eqn, known) or 1
        return outer >= AROUND and all(length is not None and length <= LONGEST for length in lengths)

    def _typical(self, loops: Sequence[Equation]) -> dict[Symbol, int]:
        """Return the sizes with the index of each loop as it is in its middle."""
        known = dict(self.sizes)
        for loop in loops:
            start, stop, _ = map(size_of, loop.operands[:3])
            for symbol in symbols_in(loop.blocks[0].params[0].aval):
                known[symbol] = round(((_number(start, known) or 0) + (_number(stop, known) or 0)) / 2)
        return known

    def _turns(self, loop: Equation, known: Mapping[Symbol, int]) -> int | None:
        start, stop, step = (_number(size_of(operand), known) for operand in loop.operands[:3])
        return None if start is None or stop is None or not step else max(0, (stop - start) // step)


def _number(size: Size | None, known: Mapping[Symbol, int]) -> int | None:
    found = substitute(size, known) if size is not None else None
    return found if isinstance(found, int) else None


def _carries_a_number(loop: Equation) -> bool:
    return any(is_float(value.aval) and not isinstance(value.aval, Array) for value in loop.outputs)
