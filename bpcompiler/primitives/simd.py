"""What machine code computes for several elements of a loop at once: `simd.exp(x[i])`.

    simd.<function>(x...)    the function of that name in `functions`, `norms` or `powers`
    simd.add(total, x)       total + x in a sum whose order is open

They stand in lowered programs only, where a loop's turns do not wait for one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Equation, Primitive
from bpcompiler.primitives import functions, norms, powers
from bpcompiler.primitives.adjoint import accumulate
from bpcompiler.primitives.declare import Elementwise, Text, Writer, call

MODULE = "simd"
NAMES: dict[Elementwise, str] = {
    **{
        function: function.name
        for function in (
            *(functions.exp, functions.exp2, functions.expm1, functions.log, functions.log2),
            *(functions.log10, functions.log1p, functions.cbrt, functions.sin, functions.cos),
            *(functions.tan, functions.sinh, functions.cosh, functions.tanh, functions.erf),
            *(functions.erfc, norms.hypot, powers.pow),
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


add = _in_simd(accumulate, "add")
FUNCTIONS: dict[Primitive, Elementwise] = {p: _in_simd(p, name) for p, name in NAMES.items()}
