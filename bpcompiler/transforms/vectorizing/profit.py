"""Where outer-loop vectorization is worth while, for the sizes of a call.

Only a judgement: the array code computes the same for all sizes, also for those of later calls. Loops inside
must carry numbers, as sums do, or the machine vectorizes them by itself. The loop must be long enough to fill
vectors, and what its turns read and write together small enough for the second cache. An array whose rows are
the turns' is copied, the turns as its last axis: loops around must turn often enough to pay for that.

Measured: the time of value and gradient where that of the loops is 1, for 2 to 128 turns inside.

    turns of the loop           16            64            256           1024
    sums of products        0.4 to 0.6    0.4 to 0.6    0.4 to 1.0    0.5 to 1.2   arrays copied, loops around
    exp of sums of squares  0.7 to 0.8    0.7           0.7 to 1.1    0.8 to 1.2
    x = x + a * x * (1 - x) 0.6 to 1.3    0.5 to 0.9    0.6 to 1.0    0.7 to 1.0   all of it kept
    sums down columns       0.7 to 1.0    0.2 to 1.0    0.1 to 1.0    0.2 to 1.0   nothing copied or around
    sums along rows         1.1 to 1.3    1.0 to 2.6    1.1 to 4.3    1.0 to 4.8   so left as it is
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from bpcompiler.ir.equations import Block, Equation, Operand, equations_of
from bpcompiler.ir.sizes import Size, Symbol, product, substitute
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.stores import setslice
from bpcompiler.transforms.planning.homes import symbols_in
from bpcompiler.transforms.vectorizing.turns import size_of

FEWEST, MOST = 16, 1024  # turns of the loop
MOST_INSIDE = 2**14  # innermost turns of all its turns together
OFTEN = 8  # times that the elements of a copied array are read


@dataclass(frozen=True, slots=True)
class Profit:
    """The judgement for a call with these sizes."""

    sizes: Mapping[Symbol, int]

    def __call__(self, loop: Equation, around: Sequence[Equation]) -> bool:
        """Return whether a loop is worth while; `around` are the loops around it, the outermost first."""
        turns, (body,) = _turns(loop, self.sizes), loop.blocks
        if not FEWEST <= turns <= MOST or not _carries_a_number(body) or _stores_rows(loop):
            return False
        known = dict(self.sizes)
        lengths = []
        for eqn in around:
            lengths.append(_turns(eqn, known))
            known.update(_middle(eqn, known))
        inside = turns * _innermost(body, known)
        return inside <= MOST_INSIDE and all(
            OFTEN * (_number(product(array.aval.shape), known) or 0)
            <= inside * _repeated(array, around, lengths)
            for array in _read_by_rows(loop)
        )


def _carries_a_number(block: Block) -> bool:
    inner = (eqn for eqn in equations_of(block) if eqn.primitive is for_)
    return any(is_float(v.aval) and not isinstance(v.aval, Array) for eqn in inner for v in eqn.outputs)


def _read_by_rows(loop: Equation) -> Iterator[Operand]:
    """Yield the arrays that are read with the index of the loop on another axis than the last."""
    for eqn in equations_of(loop.blocks[0]):
        if eqn.primitive is getslice and _is_by_rows(eqn, loop):
            yield eqn.operands[0]


def _stores_rows(loop: Equation) -> bool:
    """Whether loops inside store with the index of the loop on another axis than the last."""
    inner = (eqn for eqn in loop.blocks[0].equations if eqn.blocks)
    stores = (each for eqn in inner for block in eqn.blocks for each in equations_of(block))
    return any(eqn.primitive is setslice and _is_by_rows(eqn, loop) for eqn in stores)


def _is_by_rows(eqn: Equation, loop: Equation) -> bool:
    index = {*symbols_in(loop.blocks[0].params[0].aval)}
    return any(index & {*symbols_in(item)} for item in eqn.attrs["spec"][:-1])


def _repeated(array: Operand, around: Sequence[Equation], lengths: Sequence[float]) -> float:
    """Return how often the loops turn that are around the loop at hand and not around the array as well."""
    times = 1.0
    for eqn, length in zip(around, lengths, strict=True):
        (body,) = eqn.blocks
        if array not in body.params and all(array not in each.outputs for each in equations_of(body)):
            times *= 1.0 if length == inf else length  # of an unknown range: one turn at least
    return times


def _innermost(block: Block, known: Mapping[Symbol, int]) -> float:
    """Return how often the innermost loops of a block turn in all, with an outer index in its middle."""
    longest = 1.0
    for eqn in block.equations:
        if eqn.primitive is for_:
            inside = {**known, **_middle(eqn, known)}
            longest = max(longest, _turns(eqn, known) * _innermost(eqn.blocks[0], inside))
        else:
            longest = max(longest, *(_innermost(inner, known) for inner in eqn.blocks), 1.0)
    return longest


def _turns(loop: Equation, known: Mapping[Symbol, int]) -> float:
    """Return how often a loop turns; infinitely often where that is not known."""
    start, stop, step = (_number(size_of(operand), known) for operand in loop.operands[:3])
    return inf if start is None or stop is None or not step else max(0, (stop - start) // step)


def _middle(loop: Equation, known: Mapping[Symbol, int]) -> dict[Symbol, int]:
    """Return the index of a loop as it is in its middle, where that is known."""
    start, stop = (_number(size_of(operand), known) for operand in loop.operands[:2])
    if start is None or stop is None:
        return {}
    return dict.fromkeys(symbols_in(loop.blocks[0].params[0].aval), (start + stop) // 2)


def _number(size: Size | None, known: Mapping[Symbol, int]) -> int | None:
    found = substitute(size, known) if size is not None else None
    return found if isinstance(found, int) else None
