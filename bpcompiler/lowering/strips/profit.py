"""Where strips are worth while, for the sizes of a call: long axes of arrays whose last axes are short.

Only a judgement: the code is right for all sizes. A loop over a short last axis is too short for vectors, and
what it computes goes to memory and back, array by array. In strips the long axis is the innermost, and all
that a strip needs stays in the cache. Matrices that products read in each strip must be small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from bpcompiler.ir.equations import Equation
from bpcompiler.ir.sizes import Size, Symbol, as_symbol, substitute
from bpcompiler.ir.types import Aval
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.primitives import broadcasting, products, reductions
from bpcompiler.primitives.declare import Elementwise

LONG = 128  # elements at least
SHORT = 16  # elements at most of the last axis, which is behind the long one
FEWEST = 3  # equations that loop over such arrays
SMALL = 2**13  # elements at most of what each strip reads or adds to beside its own
CACHE = 2**15  # elements at most of the largest array of a strip
WIDEST = 2**10  # elements at most of an array's other axes
LENGTHS = (32, 64, 128, 256, 512)  # of strips

REDUCTIONS = {broadcasting.sum, reductions.mean, reductions.amax, reductions.amin}


@dataclass(frozen=True, slots=True)
class Profit:
    """The judgement for a call with these sizes."""

    sizes: Mapping[Symbol, int]

    def axis(self, equations: Sequence[Equation]) -> Axis | None:
        """Return the long axis that most equations suffer from, None if there is none worth while."""
        found = Counter(size for eqn in equations for size in self._long_axes(eqn))
        best = max(found, key=lambda size: found[size], default=None)
        return Axis(best) if best is not None and found[best] >= FEWEST else None

    def _long_axes(self, eqn: Equation) -> set[Size]:
        """The long axes of an equation's arrays whose last axis is another, short one."""
        if not isinstance(eqn.primitive, Elementwise) and eqn.primitive not in REDUCTIONS:
            return set()
        avals = [operand.aval for operand in (*eqn.operands, *eqn.outputs)]
        return {size for aval in avals for at, size in enumerate(aval.shape) if self._is_long(aval, at)}

    def _is_long(self, aval: Aval, at: int) -> bool:
        if as_symbol(aval.shape[at]) is None:
            return False
        length = self._number([aval.shape[at]])
        behind = [self._number([size]) for size in aval.shape[at + 1 :] if size != 1]
        return length is not None and length >= LONG and bool(behind) and (behind[-1] or LONG) <= SHORT

    def suits(self, axis: Axis, members: Sequence[Equation]) -> bool:
        """Return whether the equations of a loop are worth it."""
        narrow = sum(axis.size in self._long_axes(eqn) for eqn in members)
        if narrow < FEWEST or self._widest(axis, members) > WIDEST:
            return False
        return all(self._is_small(axis, eqn) for eqn in members)

    def _is_small(self, axis: Axis, eqn: Equation) -> bool:
        """Whether matrices that do not have the axis are small: each strip reads, or adds to, all of them."""
        if eqn.primitive is not products.matmul:
            return True
        values = [value for value in (*eqn.operands, *eqn.outputs) if not axis.is_in(value.aval)]
        return all((self._number(value.aval.shape) or SMALL + 1) <= SMALL for value in values)

    def length(self, axis: Axis, members: Sequence[Equation]) -> int:
        """Return how long strips are to be: their arrays stay in the second cache."""
        widest = self._widest(axis, members)
        return max((length for length in LENGTHS if length * widest <= CACHE), default=LENGTHS[0])

    def _widest(self, axis: Axis, members: Sequence[Equation]) -> int:
        """The most elements that an array has for one of the long axis."""
        values = {value for eqn in members for value in (*eqn.operands, *eqn.outputs)}
        shapes = [value.aval.shape for value in values if axis.is_in(value.aval)]
        others = ([size for size in shape if size != axis.size] for shape in shapes)
        return max((self._number(sizes) or WIDEST + 1 for sizes in others), default=1)

    def _number(self, shape: Sequence[Size]) -> int | None:
        """The number of elements of a shape, where it is known."""
        sizes = [substitute(size, self.sizes) for size in shape]
        known = [size for size in sizes if isinstance(size, int)]
        return prod(known) if len(known) == len(sizes) else None
