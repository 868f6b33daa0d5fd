"""Mathematics for generated loops: functions that LLVM computes for several elements at once.

    simd.exp(x) ...           as in `math`, at most 4 units in the last place off, float64 or float32
    simd.add(a, b)            a + b in a sum whose order is open: this addition may be reassociated
    simd.maximum(a, b) ...    the larger in an extreme that is found in any order; NaN if there is one
    simd.block(start, stop)   the turns of a loop over one block; simd.lost(total, part): see simd_blocks

Vector functions come from glibc's libmvec, chosen by what the processor has; libm where there is none. In
plain Python they are NumPy's.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import lower_builtin, type_callable

from bpcompiler.runtime import libm, simd_blocks
from bpcompiler.runtime.libm import REALS
from bpcompiler.runtime.simd_calls import call_vector, load_library, vector_form

_ANY_ORDER = ("reassoc", "nsz")


def _function(name: str, plain: Callable[..., Any], in_numba: Callable[..., Any]) -> Any:
    """Return the function called `name` in libm, known to Numba.

    `plain` is what it means in Python, `in_numba` what stands in for it where there is no vector form.
    """

    def function(*operands: Any) -> Any:
        return plain(*operands)

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        features = context.codegen().magic_tuple()[2]
        form = vector_form(name, len(args), signature.return_type.bitwidth, features)
        if form is not None:
            return call_vector(builder, form, args)
        return context.get_function(in_numba, signature)(builder, args)

    function.__name__ = function.__qualname__ = name
    _register(function, lower, operands=getattr(plain, "nin", 1))
    return function


def _register(function: Any, lower: Any, operands: int) -> None:
    """Have Numba know a function of one or two floats of one type."""

    def of_one(_context: Any) -> Any:
        return lambda x: x if x in REALS else None

    def of_two(_context: Any) -> Any:
        return lambda x, y: x if x in REALS and x == y else None

    type_callable(function)(of_one if operands == 1 else of_two)
    lower_builtin(function, *[types.Float] * operands)(lower)


def _special(name: str) -> Callable[[Any], Any]:
    """Return a function that calls `scipy.special` when first used: SciPy is slow to import."""

    def evaluate(x: Any) -> Any:
        import scipy.special  # noqa: PLC0415 - slow to import

        return getattr(scipy.special, name)(x)

    return evaluate


block, chunk, lost = simd_blocks.block, simd_blocks.chunk, simd_blocks.lost


def add(total: Any, value: Any) -> Any:
    """Return total + value."""
    return total + value


def maximum(best: Any, value: Any) -> Any:
    """Return the larger number, NaN if either is."""
    return np.maximum(best, value)


def minimum(best: Any, value: Any) -> Any:
    """Return the smaller number, NaN if either is."""
    return np.minimum(best, value)


def _lower_add(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.fadd(*args, flags=_ANY_ORDER)


def _extreme(name: str) -> Any:
    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = REALS[signature.return_type]
        kind = ir.FunctionType(number, [number] * 2)
        return builder.call(builder.module.declare_intrinsic(name, [number], kind), args)

    return lower


def logaddexp(a: Any, b: Any) -> Any:
    """Return log(exp(a) + exp(b)), which does not overflow on the way."""
    return np.logaddexp(a, b)


def _lower_logaddexp(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """The larger one + log1p(exp(-difference)); of equal infinities the difference is 0."""
    a, b = args
    of_one = signature.return_type(signature.return_type)
    larger = _extreme("llvm.maximum")(context, builder, signature, args)
    apart = context.get_function(abs, of_one)(builder, [builder.fsub(a, b)])
    same = builder.fcmp_ordered("==", a, b)
    below = builder.select(same, ir.Constant(a.type, 0.0), builder.fneg(apart))
    share = context.get_function(exp, of_one)(builder, [below])
    return builder.fadd(larger, context.get_function(log1p, of_one)(builder, [share]))


exp = _function("exp", np.exp, math.exp)
exp2 = _function("exp2", np.exp2, math.exp2)
expm1 = _function("expm1", np.expm1, math.expm1)
log = _function("log", np.log, math.log)
log2 = _function("log2", np.log2, math.log2)
log10 = _function("log10", np.log10, math.log10)
log1p = _function("log1p", np.log1p, math.log1p)
cbrt = _function("cbrt", np.cbrt, libm.cbrt)
sin = _function("sin", np.sin, math.sin)
cos = _function("cos", np.cos, math.cos)
tan = _function("tan", np.tan, math.tan)
asin = _function("asin", np.arcsin, math.asin)
acos = _function("acos", np.arccos, math.acos)
atan = _function("atan", np.arctan, math.atan)
sinh = _function("sinh", np.sinh, math.sinh)
cosh = _function("cosh", np.cosh, math.cosh)
tanh = _function("tanh", np.tanh, math.tanh)
asinh = _function("asinh", np.arcsinh, math.asinh)
acosh = _function("acosh", np.arccosh, math.acosh)
atanh = _function("atanh", np.arctanh, math.atanh)
erf = _function("erf", _special("erf"), math.erf)
erfc = _function("erfc", _special("erfc"), math.erfc)
atan2 = _function("atan2", np.arctan2, math.atan2)
hypot = _function("hypot", np.hypot, math.hypot)
pow = _function("pow", np.power, operator.pow)  # noqa: A001 - C's name

_register(add, _lower_add, operands=2)
_register(maximum, _extreme("llvm.maximum"), operands=2)
_register(logaddexp, _lower_logaddexp, operands=2)
_register(minimum, _extreme("llvm.minimum"), operands=2)
load_library()
