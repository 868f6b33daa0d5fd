"""Smooth functions of one or two numbers. SymPy derives each partial from the operation of the same name.

Written for Python numbers with `math`, for NumPy's scalars and arrays with `np` (`scipy.special` for what
NumPy lacks); compiled code calls `math`, or what Numba knows instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.equations import Equation
from bpcompiler.ir.types import is_weak
from bpcompiler.primitives import type_rules as rules
from bpcompiler.primitives.declare import PRODUCT, Elementwise, Text, Writer, WriteText, call

Domain = tuple[float, float]


LIBM = "libm"  # the module of `runtime` for what Numba does not know of `math`


def function_text(in_math: str, in_numpy: str, in_numba: str = "") -> WriteText:
    """Return the text rule of a function that both modules have; `in_numba` if that has no `in_math`."""

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        if writer.lowered:
            return call(in_numba or in_math, *map(str, operands))
        return call(in_math if is_weak(eqn.output.aval) else in_numpy, *map(str, operands))

    return write


def special(name: str) -> Callable[[Any], Any]:
    """Return a function that calls `scipy.special` when first used: SciPy is slow to import."""

    def evaluate(x: Any) -> Any:
        import scipy.special  # noqa: PLC0415 -- slow to import

        return getattr(scipy.special, name)(x)

    return evaluate


def smooth(
    name: str,
    evaluate: Callable[..., Any],
    *domain: Domain,
    in_math: str = "",
    in_numpy: str = "",
    in_numba: str = "",
) -> Elementwise:
    """Return the declaration of a function called `name` in `math` and in NumPy, if not told otherwise."""
    text = function_text(in_math or f"math.{name}", in_numpy or f"np.{name}", in_numba)
    return Elementwise(
        name, rules.function, evaluate=evaluate, text=text, smooth=True, domain=domain or ((-2.0, 2.0),)
    )


def _write_square(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    if writer.lowered:
        return Text(f"{operands[0].within(PRODUCT)} * {operands[0].within(PRODUCT + 1)}", PRODUCT)
    return call("np.square", str(operands[0]))


def _write_reciprocal(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    if writer.lowered:
        return Text(f"1.0 / {operands[0].within(PRODUCT + 1)}", PRODUCT)
    return call("np.reciprocal", str(operands[0]))


exp = smooth("exp", np.exp)
exp2 = smooth("exp2", np.exp2)
expm1 = smooth("expm1", np.expm1)
log = smooth("log", np.log, (0.1, 3.0))
log2 = smooth("log2", np.log2, (0.1, 3.0))
log10 = smooth("log10", np.log10, (0.1, 3.0))
log1p = smooth("log1p", np.log1p, (-0.5, 3.0))
sqrt = smooth("sqrt", np.sqrt, (0.1, 3.0))
cbrt = smooth("cbrt", np.cbrt, (0.1, 3.0), in_numba=f"{LIBM}.cbrt")
square = Elementwise("square", rules.arithmetic, evaluate=np.square, text=_write_square, smooth=True)
reciprocal = Elementwise(
    "reciprocal",
    rules.arithmetic,
    evaluate=np.reciprocal,
    text=_write_reciprocal,
    smooth=True,
    domain=((0.5, 2.0),),
)
sin = smooth("sin", np.sin)
cos = smooth("cos", np.cos)
tan = smooth("tan", np.tan, (-1.2, 1.2))
arcsin = smooth("arcsin", np.arcsin, (-0.9, 0.9), in_math="math.asin")
arccos = smooth("arccos", np.arccos, (-0.9, 0.9), in_math="math.acos")
arctan = smooth("arctan", np.arctan, in_math="math.atan")
sinh = smooth("sinh", np.sinh)
cosh = smooth("cosh", np.cosh)
tanh = smooth("tanh", np.tanh)
arcsinh = smooth("arcsinh", np.arcsinh, in_math="math.asinh")
arccosh = smooth("arccosh", np.arccosh, (1.2, 3.0), in_math="math.acosh")
arctanh = smooth("arctanh", np.arctanh, (-0.9, 0.9), in_math="math.atanh")
erf = smooth("erf", special("erf"), in_numpy="scipy.special.erf")
erfc = smooth("erfc", special("erfc"), in_numpy="scipy.special.erfc")
arctan2 = smooth("arctan2", np.arctan2, (0.3, 2.0), (0.3, 2.0), in_math="math.atan2")

FAMILY = (
    *(exp, exp2, expm1, log, log2, log10, log1p, sqrt, cbrt, square, reciprocal),
    *(sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh, arcsinh, arccosh, arctanh),
    *(erf, erfc, arctan2),
)
