"""Where outer-loop vectorization is worth while, for the sizes of a call.

Only a judgement: the array code computes the same for all sizes, also for those of later calls. Loops inside
must carry numbers, as sums do, or the machine vectorizes them by itself. The loop must be long enough to fill
vectors, and what its turns read and write together small enough for the second cache. The loops around must
turn often enough to pay for copies of the arrays that are read, with another order of axes.

Measured: the time of value and gradient where that of the loops is 1, for 2 to 128 turns inside. The loops
sum products; sum squares for an exponential; repeat x = x + a * x * (1 - x), which is kept for the reverse:

    8 turns     0.6 to 0.9     0.8 to 1.0     1.0 to 2.1
    16          0.4 to 0.6     0.7 to 0.8     0.6 to 1.3
    64          0.4 to 0.6     0.7            0.5 to 0.9
    1024        0.5 to 1.2     0.8 to 1.2     0.7 to 1.0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from bpcompiler.ir.equations import Block, Equation, equations_of
from bpcompiler.ir.sizes import Size, Symbol, product, substitute
from bpcompiler.ir.types import Array, is_float
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.loops import for_
from bpcompiler.transforms.planning.homes import symbols_in
from bpcompiler.transforms.vectorizing.turns import size_of

FEWEST, MOST = 16, 1024  # turns of the loop
MOST_INSIDE = 2**14  # innermost turns of all its turns together
FEWEST_AROUND = 8  # turns of the loops around


@dataclass(frozen=True, slots=True)
class Profit:
    """The judgement for a call with these sizes."""

    sizes: Mapping[Symbol, int]

    def __call__(self, loop: Equation, around: Sequence[Equation]) -> bool:
        """Return whether a loop is worth while; `around` are the loops around it, the outermost first."""
        turns = _turns(loop, self.sizes)
        if not FEWEST <= turns <= MOST or not _carries_a_number(loop.blocks[0]):
            return False
        known = dict(self.sizes)
        often = 1.0
        for eqn in around:
            length = _turns(eqn, known)
            often *= 1.0 if length == inf else length  # of an unknown range: one turn at least
            known.update(_middle(eqn, known))
        inside = turns * _innermost(loop.blocks[0], known)
        return (
            often >= FEWEST_AROUND and inside <= MOST_INSIDE and _is_read_often(loop, often * inside, known)
        )


def _is_read_often(loop: Equation, work: float, known: Mapping[Symbol, int]) -> bool:
    """Whether no array that may be copied has more elements than the loops have turns in all."""
    index = {*symbols_in(loop.blocks[0].params[0].aval)}
    reads = (eqn for eqn in equations_of(loop.blocks[0]) if eqn.primitive is getslice)
    copied = (eqn.operands[0] for eqn in reads if index & {*symbols_in(eqn.attrs["spec"])})
    return all((_number(product(array.aval.shape), known) or 0) <= work for array in copied)


def _carries_a_number(block: Block) -> bool:
    inner = (eqn for eqn in equations_of(block) if eqn.primitive is for_)
    return any(is_float(v.aval) and not isinstance(v.aval, Array) for eqn in inner for v in eqn.outputs)


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
