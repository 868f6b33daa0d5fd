"""`math`: Python floats in, Python floats out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.names.common import Handler, integer, natively, no_rule
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Literal
from bpcompiler.ir.types import FLOAT64, INT64, Array, is_float, is_weak
from bpcompiler.primitives import functions, norms, piecewise, powers
from bpcompiler.primitives.declare import Elementwise

SAME_NAME = (
    *(functions.exp, functions.exp2, functions.expm1, functions.log2, functions.log10, functions.log1p),
    *(functions.sqrt, functions.cbrt, functions.sin, functions.cos, functions.tan),
    *(functions.sinh, functions.cosh, functions.tanh, functions.erf, functions.erfc),
    *(piecewise.isnan, piecewise.isinf, piecewise.isfinite),
)
OTHER_NAME = {
    math.asin: functions.arcsin,
    math.acos: functions.arccos,
    math.atan: functions.arctan,
    math.asinh: functions.arcsinh,
    math.acosh: functions.arccosh,
    math.atanh: functions.arctanh,
}


def as_float(value: Any) -> Any:
    """Return a traced number as `float(value)` does: a Python float."""
    trace = current()
    operand = trace.operand(value)
    if isinstance(operand.aval, Array):
        if operand.aval.shape:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        operand = trace.number_of(operand)
    if isinstance(operand, Literal):
        return float(operand.value)
    if operand.aval.dtype is FLOAT64 and is_weak(operand.aval):
        return trace.rewrap(operand)
    return trace.emit(piecewise.convert, trace.rewrap(operand), dtype=FLOAT64, weak=True)


def _float_argument(value: Any) -> Any:
    """Integers go in as they are: the function makes a float of them."""
    if isinstance(value, Traced) and not is_float(value.aval) and is_weak(value.aval):
        return value
    return as_float(value)


def _unary(function: Callable[..., Any], primitive: Elementwise) -> Handler:
    @natively(function)
    def handler(x: Any, /) -> Any:
        return current().elementwise(primitive, _float_argument(x))

    return handler


@natively(math.fabs)
def _fabs(x: Any, /) -> Any:
    return abs(as_float(x))


@natively(math.log)
def _log(x: Any, base: Any = None, /) -> Any:
    result = current().elementwise(functions.log, _float_argument(x))
    return result if base is None else result / (_log(base) if isinstance(base, Traced) else math.log(base))


@natively(math.pow)
def _pow(x: Any, y: Any, /) -> Any:
    return current().elementwise(powers.pow, as_float(x), as_float(y))


@natively(math.atan2)
def _atan2(y: Any, x: Any, /) -> Any:
    return current().elementwise(functions.arctan2, as_float(y), as_float(x))


@natively(math.hypot)
def _hypot(*coordinates: Any) -> Any:
    """More than two are squared and added: a chain of lengths would have kinks that the function has not."""
    floats = [as_float(x) for x in coordinates]
    if len(floats) == 1:
        return abs(floats[0])
    if len(floats) == 2:
        return current().elementwise(norms.hypot, *floats)
    return current().elementwise(norms.root, sum(x * x for x in floats))


@natively(math.copysign)
def _copysign(x: Any, y: Any, /) -> Any:
    raise needs_value(y, "the sign in math.copysign")


@natively(math.degrees)
def _degrees(x: Any, /) -> Any:
    return as_float(x) * (180.0 / math.pi)


@natively(math.radians)
def _radians(x: Any, /) -> Any:
    return as_float(x) * (math.pi / 180.0)


@natively(math.fsum)
def _fsum(items: Any, /) -> Any:
    raise NeedsValueError(
        "math.fsum rounds once, from all the numbers together: it cannot be traced",
        remedy="use sum(items), or np.sum",
        origin=current().place(),
    )


@natively(math.prod)
def _prod(items: Any, /, *, start: Any = 1) -> Any:
    total = start
    for item in items:
        total = total * item
    return total


def whole(step: Elementwise, x: Any) -> Any:
    """Return a number rounded by `step`, as a Python integer: a constant to derivatives."""
    if not isinstance(x, Traced) or not is_float(x.aval):
        return x
    return current().emit(piecewise.convert, current().elementwise(step, x), dtype=INT64, weak=True)


def _rounding(function: Callable[..., Any], step: Elementwise) -> Handler:
    @natively(function)
    def handler(x: Any, /) -> Any:
        return whole(step, x)

    return handler


def _counted(function: Callable[..., Any]) -> Handler:
    """Return the handler of a function of integers, which have to be known."""
    name = f"math.{function.__name__}"

    @natively(function)
    def handler(*args: Any) -> Any:
        if any(isinstance(each, Traced) and each.aval.dtype.is_float for each in args):
            raise no_rule(
                name, "write it with supported functions, or declare a primitive (docs/primitives.md)"
            )
        return function(*(integer(each, f"{name}()") for each in args))

    return handler


COUNTED = (math.factorial, math.comb, math.perm, math.gcd, math.lcm, math.isqrt)
HANDLERS: dict[Callable[..., Any], Handler] = {
    **{function: _counted(function) for function in COUNTED},
    **{getattr(math, p.name): _unary(getattr(math, p.name), p) for p in SAME_NAME},
    **{function: _unary(function, p) for function, p in OTHER_NAME.items()},
    math.fabs: _fabs,
    math.log: _log,
    math.pow: _pow,
    math.atan2: _atan2,
    math.hypot: _hypot,
    math.copysign: _copysign,
    math.degrees: _degrees,
    math.radians: _radians,
    math.fsum: _fsum,
    math.prod: _prod,
    math.floor: _rounding(math.floor, piecewise.floor),
    math.ceil: _rounding(math.ceil, piecewise.ceil),
    math.trunc: _rounding(math.trunc, piecewise.trunc),
}
