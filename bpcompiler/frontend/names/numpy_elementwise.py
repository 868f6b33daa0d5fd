"""NumPy's elementwise functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError
from bpcompiler.frontend import masks, references
from bpcompiler.frontend.names.common import (
    Handler,
    as_operand,
    elementwise,
    integer,
    natively,
    natively_all,
    number,
    reject,
)
from bpcompiler.frontend.names.numpy_creation import asarray, astype
from bpcompiler.frontend.operators import power
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Primitive
from bpcompiler.ir.types import BOOL, FLOAT64, is_float
from bpcompiler.primitives import arithmetic, clipping, functions, norms, piecewise, powers

UNARY = {
    **{getattr(np, p.name): p for p in functions.FAMILY if p.name not in ("erf", "erfc", "arctan2")},
    np.negative: arithmetic.neg,
    np.abs: piecewise.abs,
    np.sign: piecewise.sign,
    np.rint: piecewise.rint,
    np.isnan: piecewise.isnan,
    np.isinf: piecewise.isinf,
    np.isfinite: piecewise.isfinite,
    np.logical_not: piecewise.logical_not,
}
STEPS = {np.floor: piecewise.floor, np.ceil: piecewise.ceil, np.trunc: piecewise.trunc}
BINARY = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.floor_divide: arithmetic.floordiv,
    np.mod: powers.mod,
    np.arctan2: functions.arctan2,
    np.hypot: norms.hypot,
    np.logaddexp: norms.logaddexp,
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


def _as_float(x: Any) -> Any:
    """Return the operand as NumPy's functions of floats take it; of bools they make float16."""
    x = as_operand(x)
    dtype = current().operand(x).aval.dtype
    if dtype is BOOL:
        raise DtypeError("a function of bools, which NumPy computes in float16", remedy="convert it first")
    return x if dtype.is_float else current().emit(piecewise.convert, x, dtype=FLOAT64)


def same(x: Any, /) -> Any:
    """`np.positive`, `np.conj` of real numbers."""
    x = as_operand(x)
    if current().operand(x).aval.dtype is BOOL:
        raise DtypeError("the sign or conjugate of bools", remedy="convert it: x.astype(np.float64)")
    return unchanged(x)


def unchanged(x: Any) -> Any:
    """Return an array as a copy, a number as NumPy's."""
    return references.fresh(asarray(x)) if current().operand(x).aval.shape else number(x)


def _fabs(x: Any, /, **kwargs: Any) -> Any:
    reject("np.fabs", kwargs)
    return current().elementwise(piecewise.abs, _as_float(x), strong=True)


def _step(primitive: Primitive, name: str) -> Handler:
    """Integers are whole already."""
    of_floats = elementwise(primitive, name)

    def handler(x: Any, /, **kwargs: Any) -> Any:
        x = as_operand(x)
        whole = not is_float(current().operand(x).aval)
        return unchanged(x) if whole else of_floats(x, **kwargs)

    return handler


def _scaled(factor: float) -> Handler:
    return lambda x, /: current().elementwise(arithmetic.mul, _as_float(x), factor, strong=True)


def _power(base: Any, exponent: Any, /, **kwargs: Any) -> Any:
    reject("np.power", kwargs)
    return power(as_operand(base), as_operand(exponent), strong=True)


def _bits(name: str) -> Handler:
    """`np.logical_and` of bools by its other name; the operator says what it has rules for."""

    def handler(a: Any, b: Any, /, **kwargs: Any) -> Any:
        reject(f"np.{name}", kwargs)
        a, b = (unchanged(as_operand(side)) for side in (a, b))
        sign = name.removeprefix("bitwise_")
        return getattr(a, f"__{sign}__")(b) if isinstance(a, Traced) else getattr(b, f"__r{sign}__")(a)

    return handler


def _where(condition: Any, *sides: Any) -> Any:
    if len(sides) != 2:
        raise TypeError("np.where with a condition alone returns indices, whose number depends on data")
    made = current().elementwise(piecewise.select, *map(as_operand, (condition, *sides)), strong=True)
    if isinstance(made, Traced) and not made.aval.shape:
        current().without_dimensions.add(made.value)
    return made


def clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: Any = None,
    *,
    min: Any = None,  # noqa: A002 -- NumPy's name
    max: Any = None,  # noqa: A002 -- the same
    **kwargs: Any,
) -> Any:
    """`np.clip`, with either bound or both."""
    reject("np.clip", {"out": out, **kwargs})
    low, high = a_min if a_min is not None else min, a_max if a_max is not None else max
    bounds = [as_operand(bound) for bound in (low, high) if bound is not None]
    if not bounds:
        return same(a)
    primitive = clipping.clip if len(bounds) == 2 else clipping.at_least if high is None else clipping.at_most
    return current().elementwise(primitive, as_operand(a), *bounds, strong=True)


def round_(a: Any, decimals: Any = 0, out: Any = None) -> Any:
    """`np.round`: to even, after scaling by a power of ten, as NumPy does it."""
    reject("np.round", {"out": out})
    digits, x = integer(decimals, "the decimals of np.round"), as_operand(a)
    emit = current().elementwise
    if current().operand(x).aval.dtype is BOOL:
        raise DtypeError("rounding of bools", remedy="convert it: x.astype(np.float64)")
    if not is_float(current().operand(x).aval) and digits >= 0:
        return unchanged(x)
    if digits == 0:
        return emit(piecewise.rint, x, strong=True)
    scale = 10.0 ** abs(digits)
    up, down = (arithmetic.mul, arithmetic.div) if digits > 0 else (arithmetic.div, arithmetic.mul)
    rounded = emit(down, emit(piecewise.rint, emit(up, x, scale, strong=True)), scale)
    return rounded if is_float(current().operand(x).aval) else astype(rounded, np.int64)


_TABLE: dict[Callable[..., Any], Handler] = {
    **{f: natively(f)(elementwise(p, f"np.{p.name}")) for f, p in UNARY.items()},
    **{f: natively(f)(_step(p, f"np.{p.name}")) for f, p in STEPS.items()},
    **{f: natively(f)(elementwise(p, f"np.{p.name}", 2)) for f, p in BINARY.items()},
    **natively_all(
        {
            np.fabs: _fabs,
            np.positive: same,
            np.conj: same,
            np.real: lambda x: x if isinstance(x, Traced) else as_operand(x),
            np.degrees: _scaled(180.0 / math.pi),
            np.rad2deg: _scaled(180.0 / math.pi),
            np.radians: _scaled(math.pi / 180.0),
            np.deg2rad: _scaled(math.pi / 180.0),
            np.power: _power,
            np.bitwise_and: _bits("bitwise_and"),
            np.bitwise_or: _bits("bitwise_or"),
            np.bitwise_xor: _bits("bitwise_xor"),
            np.invert: lambda x, /: ~unchanged(as_operand(x)),
            np.where: _where,
            np.clip: clip,
            np.round: round_,
        }
    ),
}
HANDLERS = {function: masks.lifted(handler) for function, handler in _TABLE.items()}
