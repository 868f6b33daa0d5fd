"""Where strips are worth while, for the sizes of a call: long axes of arrays whose last axes are short.

Only a judgement: the code is right for all sizes. A loop over a short last axis is too short for vectors, and
what it computes goes to memory and back, array by array. In strips the long axis is the innermost, and all
that a strip needs stays in the cache. Matrices that products read in each strip must be small.

Measured: the time of value and gradient in strips where that without is 1, by the length of the last axis.

                                       2     4     8     12    16    24    32    64
    elementwise, 1,000 long           0.2   0.2   1.1   0.4   1.2   1.2   1.2   1.2
    cheap elementwise, 1,000          0.7   0.8   1.2   1.4   1.9   1.5   2.6   2.8
    distances, 1,000                  0.2   0.2   0.4   0.4   0.6   0.7   1.0   1.3
    distances, 30,000                 0.1   0.1   0.1   0.2   0.7   1.1   1.4   1.6
    two layers, 1,000                 0.7   0.7   0.9   0.9   1.2   0.9   1.1   1.2
    two layers, 30,000                0.4   0.4   0.2   0.1   0.1   0.1   0.0   0.1
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from bpcompiler.ir.equations import Equation, Value
from bpcompiler.ir.sizes import Size, Symbol, as_symbol, substitute
from bpcompiler.ir.types import Aval
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.primitives import broadcasting, products, reductions
from bpcompiler.primitives.declare import Elementwise

LONG = 96  # elements at least
SHORTEST = 7  # elements at most of the last axis, where all that there is to be done are one loop
SHORT = 16  # where there are several: products, sums and extremes along other axes than the long one
NOT_SHORT = 64  # where there are products, and arrays do not fit into the second cache
FEWEST = 3  # equations that loop over such arrays
WORTH = 3  # operations for each element that is copied in another order, to a strip or from it
SMALL = 2**13  # elements at most of what each strip reads or adds to beside its own
CACHE = 2**15  # elements at most of the largest array of a strip
LARGE = 2**18  # elements of an array that does not fit
WIDEST = 2**10  # elements at most of an array's other axes
LENGTHS = (32, 64, 128, 256, 512)  # of strips

REDUCTIONS = {broadcasting.sum, reductions.mean, reductions.amax, reductions.amin}


@dataclass(frozen=True, slots=True)
class Profit:
    """The judgement for a call with these sizes."""

    sizes: Mapping[Symbol, int]

    def axis(self, equations: Sequence[Equation]) -> Axis | None:
        """Return the long axis that most equations suffer from, None if there is none worth while."""
        found = Counter(size for eqn in equations for size in self._long_axes(eqn, NOT_SHORT))
        best = max(found, key=lambda size: found[size], default=None)
        return Axis(best) if best is not None and found[best] >= FEWEST else None

    def suits(self, axis: Axis, members: Sequence[Equation], moved: Collection[Value]) -> bool:
        """Return whether a loop is worth it; `moved`: the arrays that it reads or leaves behind."""
        short = self._short(axis, members)
        narrow = [eqn for eqn in members if axis.size in self._long_axes(eqn, short)]
        wide = [eqn for eqn in members if axis.size in self._long_axes(eqn, WIDEST) and eqn not in narrow]
        gaining = members if self._is_cut(axis, members) else narrow
        return (
            len(narrow) >= FEWEST
            and self._work(axis, narrow) >= self._work(axis, wide)
            and self._work(axis, gaining) >= WORTH * self._copied(axis, moved)
            and self._widest(axis, members) <= WIDEST
            and all(self._is_small(axis, eqn) for eqn in members)
        )

    def _is_cut(self, axis: Axis, members: Sequence[Equation]) -> bool:
        """Return whether there is more than one strip: only then more of the products is in the cache."""
        return (self._number([axis.size]) or 0) > self.length(axis, members)

    def _copied(self, axis: Axis, moved: Collection[Value]) -> int:
        """The elements that are copied in another order, for one of the long axis."""
        avals = [value.aval for value in moved]
        return sum(self._width(axis, aval) for aval in avals if axis.of(aval) != len(aval.shape) - 1)

    def _work(self, axis: Axis, equations: Sequence[Equation]) -> int:
        """The operations for one element of the long axis."""
        return sum(self._operations(axis, eqn) for eqn in equations)

    def _operations(self, axis: Axis, eqn: Equation) -> int:
        if eqn.primitive is products.matmul:
            inner = self._number(eqn.operands[0].aval.shape[-1:]) if axis.is_in(eqn.output.aval) else 1
            return (inner or 1) * self._widest(axis, [eqn])
        if isinstance(eqn.primitive, Elementwise) or eqn.primitive in REDUCTIONS:
            return self._widest(axis, [eqn])
        return 0

    def _short(self, axis: Axis, members: Sequence[Equation]) -> int:
        """Return how short the last axis must be."""
        products_too = any(eqn.primitive is products.matmul for eqn in members)
        if products_too and self._widest(axis, members) * (self._number([axis.size]) or 0) > LARGE:
            return NOT_SHORT
        along = any(eqn.primitive in REDUCTIONS and not _reduces(axis, eqn) for eqn in members)
        return SHORT if products_too or along else SHORTEST

    def _long_axes(self, eqn: Equation, short: int) -> set[Size]:
        """The long axes of an equation's arrays whose last axis is another one, and short."""
        if not isinstance(eqn.primitive, Elementwise) and eqn.primitive not in REDUCTIONS:
            return set()
        shapes = [operand.aval.shape for operand in (*eqn.operands, *eqn.outputs)]
        return {shape[at] for shape in shapes for at in range(len(shape)) if self._is_long(shape, at, short)}

    def _is_long(self, shape: Sequence[Size], at: int, short: int) -> bool:
        if as_symbol(shape[at]) is None:
            return False
        length = self._number([shape[at]])
        behind = [self._number([size]) for size in shape[at + 1 :] if size != 1]
        return length is not None and length >= LONG and bool(behind) and (behind[-1] or LONG) <= short

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
        return max((self._width(axis, value.aval) for value in values if axis.is_in(value.aval)), default=1)

    def _width(self, axis: Axis, aval: Aval) -> int:
        return self._number([size for size in aval.shape if size != axis.size]) or WIDEST + 1

    def _number(self, shape: Sequence[Size]) -> int | None:
        """The number of elements of a shape, where it is known."""
        sizes = [substitute(size, self.sizes) for size in shape]
        known = [size for size in sizes if isinstance(size, int)]
        return prod(known) if len(known) == len(sizes) else None


def _reduces(axis: Axis, eqn: Equation) -> bool:
    """Whether it is the long axis that a reduction is over."""
    return axis.of(eqn.operands[0].aval) in eqn.attrs["axes"]
