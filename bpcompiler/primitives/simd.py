"""What machine code computes for several elements of a loop at once: `simd.exp(x[i])`.

    simd.<function>(x...)    the function of that name in `functions`, `norms` or `powers`
    simd.add(total, x)       total + x in a sum whose order is open
    simd.maximum, minimum    the extreme so far and one more number, in any order
    simd.block_stop(i, n)    where the block of turns that begins with i ends: after BLOCK turns, or at n
    simd.block_stop(i, n, k)    after k turns, or at n
    simd.lost(total, x)      what rounding takes from total + x

They stand in lowered programs only, where a loop's turns do not wait for one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bpcompiler.ir.equations import Attrs, Block, Equation, Primitive
from bpcompiler.ir.types import INT64, Aval, Scalar
from bpcompiler.primitives import functions, norms, piecewise, powers
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.block_size import BLOCK
from bpcompiler.primitives.declare import SUM, Elementwise, Structural, Text, Writer, call

MODULE = "simd"
NAMES: dict[Elementwise, str] = {
    **{
        function: function.name
        for function in (
            *(functions.exp, functions.exp2, functions.expm1, functions.log, functions.log2),
            *(functions.log10, functions.log1p, functions.cbrt, functions.sin, functions.cos),
            *(functions.tan, functions.sinh, functions.cosh, functions.tanh, functions.erf),
            *(functions.erfc, norms.hypot, norms.logaddexp, powers.pow),
        )
    },
    functions.arcsin: "asin",
    functions.arccos: "acos",
    functions.arctan: "atan",
    functions.arcsinh: "asinh",
    functions.arccosh: "acosh",
    functions.arctanh: "atanh",
    functions.arctan2: "atan2",
}


def _in_simd(primitive: Elementwise, name: str) -> Elementwise:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        return call(f"{MODULE}.{name}", *map(str, operands))

    return replace(primitive, name=f"{MODULE}.{primitive.name}", text=write, smooth=False, passes={})


def _infer_block_stop(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Scalar(INT64, weak=True),)


def _write_block_stop(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    start, stop, *turns = operands
    after = turns[0].within(SUM + 1) if turns else str(BLOCK)
    return call("min", f"{start} + {after}", str(stop))


def _lost(total: Any, part: Any) -> Any:
    found = total + part
    rest = found - total
    error = (total - (found - rest)) + (part - rest)
    return error if error == error else 0.0  # noqa: PLR0124 - NaN is not itself


add = _in_simd(accumulate, "add")
lost = replace(_in_simd(accumulate, "lost"), evaluate=_lost)
ANY_ORDER: dict[Primitive, Elementwise] = {
    accumulate: add,
    piecewise.maximum: _in_simd(piecewise.maximum, "maximum"),
    piecewise.minimum: _in_simd(piecewise.minimum, "minimum"),
}
FUNCTIONS: dict[Primitive, Elementwise] = {p: _in_simd(p, name) for p, name in NAMES.items()}
block_stop = Structural(
    f"{MODULE}.block_stop",
    _infer_block_stop,
    evaluate=lambda start, stop, turns=BLOCK: min(start + turns, stop),
    text=_write_block_stop,
)
