"""Python's builtins on traced values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.names.common import Handler, natively, number
from bpcompiler.frontend.names.math_functions import as_float, whole
from bpcompiler.frontend.operators import dimension, power, size_as_value, size_of
from bpcompiler.frontend.regions import iterators, ranges
from bpcompiler.frontend.regions.faults import Text
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir import sizes
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Array, is_weak
from bpcompiler.primitives import piecewise


def _len(value: Any, /) -> Any:
    """`len(x)` of an array is its first dimension; it may be a traced integer."""
    if isinstance(value, Traced) and isinstance(value.aval, Array):
        if not value.aval.shape:
            raise TypeError("len() of unsized object")
        return dimension(value, 0, len=True)
    return len(value)


def _float(value: Any = 0.0, /) -> Any:
    return as_float(value) if isinstance(value, Traced) else float(value)


def _int(value: Any = 0, /, *args: Any) -> Any:
    if not isinstance(value, Traced):
        return int(value, *args)
    if value.aval.dtype is INT64 and is_weak(value.aval):
        return value
    return whole(piecewise.trunc, number(value))


def _bool(value: Any = False, /) -> Any:
    if not isinstance(value, Traced):
        return bool(value)
    trace = current()
    if not trace.undecided(value):
        return trace.truth(value)
    condition = trace.rewrap(trace.condition(value))
    if condition.aval.weak:
        return condition
    return trace.emit(piecewise.convert, condition, dtype=BOOL, weak=True)


_PYTHON_TYPES = {BOOL: bool, INT64: int, FLOAT64: float}
_NUMPY_TYPES = {BOOL: np.bool_, INT64: np.int64, FLOAT32: np.float32, FLOAT64: np.float64}


def type_of(value: Any) -> type:
    """Return the type that a traced value stands for."""
    if isinstance(value.aval, Array):
        return np.ndarray
    return (_PYTHON_TYPES if value.aval.weak else _NUMPY_TYPES)[value.aval.dtype]


def _type(*args: Any) -> Any:
    return type_of(args[0]) if len(args) == 1 and isinstance(args[0], Traced) else type(*args)


def _isinstance(value: Any, classes: Any, /) -> bool:
    if isinstance(value, Text):
        return issubclass(str, classes)
    return issubclass(type_of(value), classes) if isinstance(value, Traced) else isinstance(value, classes)


def _require_number(condition: Any) -> None:
    """Raise as Python does where a condition is an array of several elements."""
    if isinstance(condition, Traced) and not all(
        current().decisions.equal(n, 1) for n in condition.aval.shape
    ):
        raise ValueError(
            "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
        )


def _better(item: Any, best: Any, better: str) -> Any:
    """Return the item if it is better, else the best so far; of two sizes the result is a size."""
    left, right = size_of(item), size_of(best)
    if left is not None and right is not None:
        return size_as_value((sizes.maximum if better == "gt" else sizes.minimum)(left, right))
    wins = getattr(operator, better)(item, best)
    _require_number(wins)
    if isinstance(wins, Traced):
        return current().elementwise(piecewise.select, wins, item, best)
    return item if wins else best


def _extremum(function: Callable[..., Any], better: str) -> Handler:
    """`max`, `min`: the first item unless a later one is better, so a NaN in front stays."""

    @natively(function)
    def handler(*items: Any, **default: Any) -> Any:
        if len(items) == 1:
            items = tuple(items[0])
        if not items:
            return function(items, **default)
        best = items[0]
        for item in items[1:]:
            best = _better(item, best, better)
        return best

    return handler


@natively(pow)
def _pow(base: Any, exponent: Any, modulus: Any = None) -> Any:
    return power(base, exponent) if modulus is None else power(base, exponent) % modulus


@natively(round)
def _round(number: Any, ndigits: Any = None) -> Any:
    if ndigits is None and not isinstance(number.aval, Array):
        return whole(piecewise.rint, number)
    raise UnsupportedError("round() to a number of digits", remedy="use np.round", origin=current().place())


@natively(abs)
def _abs(value: Any, /) -> Any:
    return abs(value)


@natively(divmod)
def _divmod(a: Any, b: Any, /) -> Any:
    return a // b, a % b


def _print(*values: Any, **kwargs: Any) -> None:
    raise UnsupportedError(
        "print would run once, while tracing, and not at each call",
        remedy="print what the call returns; further values can be returned with has_aux=True",
        origin=current().place(),
    )


HANDLERS: dict[Callable[..., Any], Handler] = {
    len: _len,
    range: ranges.range_,
    enumerate: iterators.enumerate_,
    zip: iterators.zip_,
    reversed: iterators.reversed_,
    map: iterators.map_,
    float: _float,
    int: _int,
    bool: _bool,
    type: _type,
    isinstance: _isinstance,
    max: _extremum(max, "gt"),
    min: _extremum(min, "lt"),
    pow: _pow,
    round: _round,
    abs: _abs,
    divmod: _divmod,
    print: _print,
    operator.index: _int,
}
