"""Module `math` for dual numbers: what a user's `math.exp(x)` calls while the oracle runs the program."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial, reduce
from typing import Any

from tests.oracles import rules
from tests.oracles.number import Dual, apply, plain


def _involves_duals(operands: Iterable[Any]) -> bool:
    return any(isinstance(operand, Dual) for operand in operands)


def log(x: Any, base: Any = math.e) -> Any:
    natural = apply(rules.MATH["log"], x)
    return natural if base is math.e else natural / apply(rules.MATH["log"], base)


def hypot(*operands: Any) -> Any:
    if not _involves_duals(operands):
        return math.hypot(*operands)
    first, *rest = operands
    return reduce(partial(apply, rules.NUMPY["hypot"]), rest or [0.0], first)


def dist(p: Iterable[Any], q: Iterable[Any]) -> Any:
    return hypot(*(a - b for a, b in zip(p, q, strict=True)))


def fsum(operands: Iterable[Any]) -> Any:
    return sum(operands, 0.0)


def prod(operands: Iterable[Any], *, start: Any = 1) -> Any:
    return reduce(lambda product, operand: product * operand, operands, start)


def sumprod(p: Iterable[Any], q: Iterable[Any]) -> Any:
    return sum(a * b for a, b in zip(p, q, strict=True))


def modf(x: Any) -> tuple[Any, Any]:
    whole = float(math.trunc(plain(x)))
    return x - whole, whole


def ldexp(x: Any, exponent: int) -> Any:
    return x * 2.0**exponent


def remainder(x: Any, y: Any) -> Any:
    return x - y * round(plain(x) / plain(y))


def fma(x: Any, y: Any, z: Any) -> Any:
    return x * y + z


def _of_primals(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a predicate or an integer function, which has no derivative to lose."""
    return lambda *operands, **options: function(*map(plain, operands), **options)


class MathShim:
    """`math`, with each function that is differentiable made so; constants are the real ones."""

    def __init__(self) -> None:
        for name, operation in rules.MATH.items():
            setattr(self, name, partial(apply, operation))
        for function in (log, hypot, dist, fsum, prod, sumprod, modf, ldexp, remainder, fma):
            setattr(self, function.__name__, function)
        for name in ("isnan", "isinf", "isfinite", "isclose", "floor", "ceil", "trunc"):
            setattr(self, name, _of_primals(getattr(math, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(math, name)


MATH_SHIM = MathShim()
