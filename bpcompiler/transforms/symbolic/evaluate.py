"""The value of an expression: in float64 as compiled code computes it, and with mpmath's many digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from bpcompiler.transforms.symbolic.expression import Call, Const, Expr, Symbol
from bpcompiler.transforms.symbolic.libraries import mpmath
from bpcompiler.transforms.symbolic.operations import OPERATIONS, partial_of

Floats = npt.NDArray[np.float64]

TRUTH, IDENTITY = 1200, 400  # bits: with the first 1 - tanh(300)**2 still has digits
_LARGEST_EXPONENT = 1e5  # exp beyond it is infinity or zero


def float64(expr: Expr, values: Mapping[str, Floats], known: Mapping[Expr, Floats] | None = None) -> Floats:
    """Return the value at every point, IEEE's inf and nan included; `known` parts are not computed again."""
    with np.errstate(all="ignore"):
        count = next(iter(values.values())).shape
        return np.array(np.broadcast_to(_float64(expr, values, dict(known or {})), count))


def float64_parts(expr: Expr, values: Mapping[str, Floats]) -> dict[Expr, Floats]:
    """Return the value of every operation in the expression."""
    known: dict[Expr, Any] = {}
    with np.errstate(all="ignore"):
        _float64(expr, values, known)
    return known


def _float64(expr: Expr, values: Mapping[str, Floats], known: dict[Expr, Any]) -> Any:
    if isinstance(expr, Symbol):
        return values[expr.name]
    if isinstance(expr, Const):
        return np.float64(expr.value)
    if expr not in known:
        args = [_float64(arg, values, known) for arg in expr.args]
        known[expr] = OPERATIONS[expr.op].float64(*args)
    return known[expr]


def exact(expr: Expr, values: Mapping[str, float], bits: int = TRUTH) -> Any:
    """Return the value as an mpf, or None where it is not a finite real number (or not known to be one)."""
    mp = mpmath()
    mp.prec = bits
    try:
        return _finite(_exact(expr, {name: mp.mpf(value) for name, value in values.items()}, {}))
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None


def exact_derivative(expr: Expr, wrt: str, values: Mapping[str, float], bits: int = TRUTH) -> Any:
    """Return d expr / d wrt as an mpf, or None: dual numbers, so that no derivative is ever written down."""
    mp = mpmath()
    mp.prec = bits
    try:
        dual = _dual(expr, wrt, {name: mp.mpf(value) for name, value in values.items()})
        return mp.zero if dual[1] is None else _finite(dual[1])
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None


def _dual(expr: Expr, wrt: str, values: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the value and its derivative by the table's partials; None where `wrt` does not occur."""
    mp = mpmath()
    if not isinstance(expr, Call):
        return _exact(expr, values, {}), mp.one if expr == Symbol(wrt) else None
    duals = [_dual(arg, wrt, values) for arg in expr.args]
    value = _checked(_exact_functions()[expr.op](*[dual[0] for dual in duals]))
    at = {**dict(zip("ab", (dual[0] for dual in duals), strict=False)), "y": value}
    moving = [(position, slope) for position, (_, slope) in enumerate(duals) if slope is not None]
    slopes = [_checked(_exact(partial_of(expr.op, position), at, {}) * slope) for position, slope in moving]
    return value, mp.fsum(slopes) if slopes else None


def _finite(value: Any) -> Any:
    mp = mpmath()
    return value if isinstance(value, mp.mpf) and mp.isfinite(value) else None


def _exact(expr: Expr, values: Mapping[str, Any], known: dict[Expr, Any]) -> Any:
    if isinstance(expr, Symbol):
        return values[expr.name]
    if isinstance(expr, Const):
        return mpmath().mpf(expr.value)
    if expr not in known:
        args = [_exact(arg, values, known) for arg in expr.args]
        known[expr] = _checked(_exact_functions()[expr.op](*args))
    return known[expr]


def _checked(value: Any) -> Any:
    """Refuse what is not real: nothing after it can be trusted."""
    if isinstance(value, mpmath().mpf) and not mpmath().isnan(value):
        return value
    raise ValueError("not a real number")


@cache
def _exact_functions() -> dict[str, Callable[..., Any]]:
    mp = mpmath()
    own: dict[str, Callable[..., Any]] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "pow": _exact_power,
        "square": lambda a: a * a,
        "reciprocal": lambda a: 1 / a,
        "cbrt": lambda a: mp.sign(a) * mp.cbrt(abs(a)),
        "exp": _exact_exp,
        "expm1": lambda a: mp.expm1(a) if abs(a) < 1 else _exact_exp(a) - 1,
        "exp2": lambda a: _exact_exp(a * mp.ln2),
        "log2": lambda a: mp.log(a) / mp.ln2,
        "sinh": lambda a: mp.sinh(a) if abs(a) < 1 else (_exact_exp(a) - _exact_exp(-a)) / 2,
        "cosh": lambda a: (_exact_exp(a) + _exact_exp(-a)) / 2,
        "tanh": lambda a: mp.tanh(a) if abs(a) < _LARGEST_EXPONENT else mp.sign(a),
        "erf": lambda a: mp.erf(a) if abs(a) < 100 else mp.sign(a),
        "erfc": lambda a: mp.erfc(a) if abs(a) < 100 else 1 - mp.sign(a),
    }
    for name in ("sqrt", "log", "log10"):
        own[name] = _of_positive(getattr(mp, name))
    named = {name: getattr(mp, op.mpmath) for name, op in OPERATIONS.items() if op.mpmath}
    return named | own


def _of_positive(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the function without its complex values, which take long."""
    return lambda a: mpmath().nan if a < 0 else function(a)


def _exact_exp(a: Any) -> Any:
    mp = mpmath()
    if abs(a) > _LARGEST_EXPONENT:
        return mp.inf if a > 0 else mp.zero
    return mp.exp(a)


def _exact_power(a: Any, b: Any) -> Any:
    mp = mpmath()
    if a == 0 or mp.isint(b):
        return a**b if abs(b) < 1000 else _exact_exp(b * mp.log(abs(a)))
    return mp.nan if a < 0 else _exact_exp(b * mp.log(a))
