"""NumPy's elementwise functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.frontend.names.common import Handler, as_operand, elementwise, natively, reject
from bpcompiler.frontend.trace import current
from bpcompiler.frontend.tracers import matmul, power
from bpcompiler.primitives import arithmetic, functions, piecewise, powers

UNARY = {
    **{getattr(np, p.name): p for p in functions.FAMILY if p.name not in ("erf", "erfc", "arctan2")},
    np.negative: arithmetic.neg,
    np.abs: piecewise.abs,
    np.fabs: piecewise.abs,
    np.sign: piecewise.sign,
    np.floor: piecewise.floor,
    np.ceil: piecewise.ceil,
    np.trunc: piecewise.trunc,
    np.rint: piecewise.rint,
    np.isnan: piecewise.isnan,
    np.isinf: piecewise.isinf,
    np.isfinite: piecewise.isfinite,
    np.logical_not: piecewise.logical_not,
}
BINARY = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.floor_divide: arithmetic.floordiv,
    np.mod: powers.mod,
    np.arctan2: functions.arctan2,
    np.maximum: piecewise.maximum,
    np.minimum: piecewise.minimum,
    np.greater: piecewise.greater,
    np.greater_equal: piecewise.greater_equal,
    np.less: piecewise.less,
    np.less_equal: piecewise.less_equal,
    np.equal: piecewise.equal,
    np.not_equal: piecewise.not_equal,
    np.logical_and: piecewise.logical_and,
    np.logical_or: piecewise.logical_or,
    np.logical_xor: piecewise.logical_xor,
}


@natively(np.power)
def _power(base: Any, exponent: Any, /, **kwargs: Any) -> Any:
    reject("np.power", kwargs)
    return power(as_operand(base), as_operand(exponent))


@natively(np.where)
def _where(condition: Any, *sides: Any) -> Any:
    if len(sides) != 2:
        raise TypeError("np.where with a condition alone returns indices, whose number depends on data")
    return current().elementwise(piecewise.select, *map(as_operand, (condition, *sides)), strong=True)


@natively(np.clip)
def clip(
    x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None, **kwargs: Any
) -> Any:
    """`np.clip` is the minimum of the maximum; at a bound both share equally."""
    reject("np.clip", kwargs)
    low, high = a_min if a_min is not None else min, a_max if a_max is not None else max
    x = as_operand(x)
    if low is not None:
        x = current().elementwise(piecewise.maximum, x, as_operand(low), strong=True)
    if high is not None:
        x = current().elementwise(piecewise.minimum, x, as_operand(high), strong=True)
    return x


@natively(np.hypot)
def _hypot(a: Any, b: Any, /) -> Any:
    a, b = as_operand(a), as_operand(b)
    return current().elementwise(functions.sqrt, a * a + b * b, strong=True)


@natively(np.logaddexp)
def _logaddexp(a: Any, b: Any, /) -> Any:
    emit = current().elementwise
    larger = emit(piecewise.maximum, as_operand(a), as_operand(b), strong=True)
    smaller = emit(piecewise.minimum, as_operand(a), as_operand(b), strong=True)
    return larger + emit(functions.log1p, emit(functions.exp, smaller - larger))


@natively(np.matmul)
def _matmul(a: Any, b: Any, /, **kwargs: Any) -> Any:
    reject("np.matmul", kwargs)
    return matmul(as_operand(a), as_operand(b))


HANDLERS: dict[Callable[..., Any], Handler] = {
    **{f: natively(f)(elementwise(p, f"np.{p.name}")) for f, p in UNARY.items()},
    **{f: natively(f)(elementwise(p, f"np.{p.name}", 2)) for f, p in BINARY.items()},
    np.power: _power,
    np.where: _where,
    np.clip: clip,
    np.hypot: _hypot,
    np.logaddexp: _logaddexp,
    np.matmul: _matmul,
}
