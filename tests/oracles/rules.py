"""The elementwise functions of `math` and NumPy on dual numbers, with the conventions at kinks.

One line a function: its name in NumPy, then its slopes as functions of the operands and the output. Kinks:
abs, fabs and hypot have slope 0 at 0; the larger of two numbers that tie is both, in equal shares; `clip`
selects its operand on the bounds too. Slopes are computed from NumPy's functions, so that they follow IEEE at
the ends of a domain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partialmethod
from typing import Any

import numpy as np
from scipy import special

from tests.oracles.number import POWER, Dual, Operation, Slope, apply, constant, decided, plain

LN2 = math.log(2.0)
LN10 = math.log(10.0)


def _np(name: str) -> Callable[..., Any]:
    """Return the generic function of a NumPy name, for use inside slopes."""
    return lambda *operands: apply(NUMPY[name], *operands)


def _flat(*_: Any) -> float:
    return 0.0


def _sign(x: Any) -> Any:
    return np.sign(plain(x))


def _by_hypot(numerator: Any, out: Any) -> Any:
    return numerator / out if plain(out) != 0 else 0.0


def _copysign_slope(x: Any, y: Any, out: Any) -> Any:
    return math.copysign(1.0, plain(x)) * math.copysign(1.0, plain(y))


def polygamma(order: int, x: Any) -> Any:
    """The order-th derivative of digamma; order 0 is digamma itself."""

    def evaluate(value: Any) -> Any:
        return special.psi(value) if order == 0 else special.polygamma(order, value)[()]

    return apply(Operation(evaluate, (lambda x, out: polygamma(order + 1, x),)), x)


_cos, _sin, _cosh, _sinh, _exp, _sqrt = map(_np, ("cos", "sin", "cosh", "sinh", "exp", "sqrt"))

SLOPES: dict[str, tuple[Slope, ...]] = {
    "exp": (lambda x, y: y,),
    "exp2": (lambda x, y: LN2 * y,),
    "expm1": (lambda x, y: _exp(x),),
    "log": (lambda x, y: 1.0 / x,),
    "log1p": (lambda x, y: 1.0 / (1.0 + x),),
    "log2": (lambda x, y: 1.0 / (LN2 * x),),
    "log10": (lambda x, y: 1.0 / (LN10 * x),),
    "sqrt": (lambda x, y: 0.5 / y,),
    "cbrt": (lambda x, y: 1.0 / (3.0 * y * y),),
    "square": (lambda x, y: 2.0 * x,),
    "reciprocal": (lambda x, y: -y * y,),
    "sin": (lambda x, y: _cos(x),),
    "cos": (lambda x, y: -_sin(x),),
    "tan": (lambda x, y: 1.0 + y * y,),
    "arcsin": (lambda x, y: 1.0 / _sqrt((1.0 - x) * (1.0 + x)),),
    "arccos": (lambda x, y: -1.0 / _sqrt((1.0 - x) * (1.0 + x)),),
    "arctan": (lambda x, y: 1.0 / (1.0 + x * x),),
    "sinh": (lambda x, y: _cosh(x),),
    "cosh": (lambda x, y: _sinh(x),),
    "tanh": (lambda x, y: 1.0 / (_cosh(x) * _cosh(x)),),  # not 1 - y * y, which cancels
    "arcsinh": (lambda x, y: 1.0 / _sqrt(1.0 + x * x),),
    "arccosh": (lambda x, y: 1.0 / (_sqrt(x - 1.0) * _sqrt(x + 1.0)),),
    "arctanh": (lambda x, y: 1.0 / ((1.0 - x) * (1.0 + x)),),
    "erf": (lambda x, y: 2.0 / math.sqrt(math.pi) * _exp(-x * x),),
    "erfc": (lambda x, y: -2.0 / math.sqrt(math.pi) * _exp(-x * x),),
    "expit": (lambda x, y: _np("expit")(x) * _np("expit")(-x),),
    "gamma": (lambda x, y: y * polygamma(0, x),),
    "lgamma": (lambda x, y: polygamma(0, x),),
    "deg2rad": (lambda x, y: math.pi / 180.0,),
    "rad2deg": (lambda x, y: 180.0 / math.pi,),
    "absolute": (lambda x, y: _sign(x),),
    "sign": (_flat,),
    "floor": (_flat,),
    "ceil": (_flat,),
    "trunc": (_flat,),
    "rint": (_flat,),
    "hypot": (lambda a, b, y: _by_hypot(a, y), lambda a, b, y: _by_hypot(b, y)),
    "arctan2": (lambda a, b, y: b / (a * a + b * b), lambda a, b, y: -a / (a * a + b * b)),
    "logaddexp": (lambda a, b, y: _exp(a - y), lambda a, b, y: _exp(b - y)),
    "fmod": (lambda a, b, y: 1.0, lambda a, b, y: -math.trunc(plain(a) / plain(b))),
    "copysign": (_copysign_slope, _flat),
    "power": POWER.slopes,
}

IN_SCIPY = {"erf": special.erf, "erfc": special.erfc, "expit": special.expit, "gamma": special.gamma}
IN_SCIPY["lgamma"] = special.gammaln


def _call_operation(first: Dual, operation: Operation, *others: Any) -> Any:
    return apply(operation, first, *others)


# NumPy's elementwise functions, and scipy.special's that stand in for what it lacks.
NUMPY: dict[str, Operation] = {
    name: Operation(IN_SCIPY[name] if name in IN_SCIPY else getattr(np, name), slopes)
    for name, slopes in SLOPES.items()
}

for _name, _operation in NUMPY.items():
    # NumPy's own functions in Python (np.sinc) reach object arrays: their loops call `element.sin()`.
    setattr(Dual, _name, partialmethod(_call_operation, _operation))

# `math` has these under NumPy's slopes; another name in `math` is given after the colon.
_MATH_NAMES = (
    "exp exp2 expm1 log1p log2 log10 sqrt cbrt sin cos tan arcsin:asin arccos:acos arctan:atan sinh cosh "
    "tanh arcsinh:asinh arccosh:acosh arctanh:atanh erf erfc gamma lgamma deg2rad:radians rad2deg:degrees "
    "absolute:fabs arctan2:atan2 fmod copysign power:pow"
)


def _math_operation(entry: str) -> tuple[str, Operation]:
    slopes, _, name = entry.partition(":")
    return name or slopes, Operation(getattr(math, name or slopes), SLOPES[slopes])


MATH: dict[str, Operation] = dict(map(_math_operation, _MATH_NAMES.split()))
MATH["log"] = Operation(math.log, SLOPES["log"])


def select(operands: Sequence[Any], best: Callable[..., Any]) -> Any:
    """Return the best (`min` or `max`) of the operands; those that tie share the derivative equally.

    The others contribute nothing at all. A NaN wins, as in NumPy.
    """
    values = [plain(operand) for operand in operands]
    nans = [operand for operand, value in zip(operands, values, strict=True) if value != value]
    target = best(values)
    for operand in operands:
        decided(operand, operands[values.index(target)] if target in values else target)
    winners = nans[:1] or [o for o, value in zip(operands, values, strict=True) if value == target]
    share = 1.0 / len(winners)
    tie = Operation(lambda first, *_: first, tuple(lambda *_: share for _ in winners))
    return apply(tie, *winners)


def clip(x: Any, low: Any, high: Any) -> Any:
    """Return x within bounds. Outside, the bound is selected; inside and on the bounds, x."""
    if low is not None and plain(x) < plain(low):
        x = low
    if high is not None and plain(x) > plain(high):
        x = high
    return constant(x)
