"""NumPy's functions that object arrays lack, or do not do by the rules at kinks: element by element."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.oracles import rules
from tests.oracles.arrays import ELEMENTWISE, DualArray, as_ordinary, lift, primals
from tests.oracles.number import Dual, apply, plain


def involves_duals(value: Any) -> bool:
    """Whether there are duals in a value or in the containers that NumPy looks into."""
    if isinstance(value, (list, tuple)):
        return any(map(involves_duals, value))
    return isinstance(value, Dual) or (isinstance(value, np.ndarray) and value.dtype == object)


def objects(value: Any) -> Any:
    """Return an array-like as an ordinary object array of duals."""
    return as_ordinary(lift(np.array(as_ordinary(value), dtype=object)))


def unwrapped(value: Any) -> Any:
    """Return the argument in NumPy's own classes."""
    if type(value) in (list, tuple):
        return type(value)(map(unwrapped, value))
    return as_ordinary(value)


def cells(x: Any, axis: Any, keepdims: bool, function: Callable[[list[Any]], Any]) -> Any:
    """Return `function` of the list of elements that each output element reduces."""
    array = objects(x)
    axes = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {a % array.ndim for a in axes}
    kept = [a for a in range(array.ndim) if a not in gone]
    rows = array.transpose(kept + sorted(gone))
    out = np.empty([array.shape[a] for a in kept], dtype=object)
    for index in np.ndindex(out.shape):
        out[index] = function(list(rows[index].ravel()) if gone else [rows[index]])
    if keepdims:
        out = out.reshape([1 if a in gone else array.shape[a] for a in range(array.ndim)])
    return lift(out) if out.ndim else out[()]


def extremum(best: Callable[..., Any]) -> Callable[..., Any]:
    """Return np.max or np.min: ties share equally."""

    def reduction(x: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None) -> Any:
        extra = [] if initial is None else [initial]
        return cells(x, axis, keepdims, lambda items: rules.select(items + extra, best))

    return reduction


def _mean(items: list[Any]) -> Any:
    return sum(items) / np.float64(len(items)) if items else np.float64("nan")


def _variance(ddof: float, items: list[Any]) -> Any:
    centre = _mean(items)
    return sum((item - centre) * (item - centre) for item in items) / np.float64(len(items) - ddof)


def mean(x: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> Any:
    return cells(x, axis, keepdims, _mean)


def var(x: Any, axis: Any = None, dtype: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return cells(x, axis, keepdims, partial(_variance, ddof))


def std(x: Any, axis: Any = None, dtype: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return ELEMENTWISE[np.sqrt](var(x, axis, ddof=ddof, keepdims=keepdims))


def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    if weights is None:
        return mean(x, axis)
    return lift(np.sum(objects(x) * objects(weights), axis)) / lift(np.sum(objects(weights), axis))


def ptp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return extremum(max)(x, axis, keepdims=keepdims) - extremum(min)(x, axis, keepdims=keepdims)


def clip(x: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> Any:
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    return lift(np.frompyfunc(rules.clip, 3, 1)(as_ordinary(x), as_ordinary(low), as_ordinary(high)))


def where(condition: Any, *choices: Any) -> Any:
    """The element of the side that is selected; the other side contributes nothing."""
    mask = np.asarray(as_ordinary(condition))
    mask = primals(mask) != 0 if mask.dtype == object else mask
    if not choices:
        return np.where(mask)
    return lift(np.where(mask, *map(objects, choices)))[()]


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002
    """Norms of vectors and the Frobenius norm; the slope at 0 is 0."""
    if ord in (None, 2, "fro"):
        hypot = partial(apply, rules.NUMPY["hypot"])
        return cells(x, axis, keepdims, lambda items: _fold(hypot, items))
    if ord == 1:
        return cells(x, axis, keepdims, lambda items: sum(map(abs, items)))
    if ord == np.inf:
        return cells(x, axis, keepdims, lambda items: rules.select([*map(abs, items)], max))
    raise NotImplementedError(f"norm of order {ord}")


def _fold(function: Callable[[Any, Any], Any], items: list[Any]) -> Any:
    total: Any = np.float64(0.0)
    for item in items:
        total = function(total, item)
    return total


def round_(x: Any, decimals: int = 0, out: Any = None) -> Any:
    return lift(np.round(primals(objects(x)), decimals))


def predicate(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return np.isnan and the like, which have no derivative to lose."""
    return lambda *args, **options: function(*map(_without_derivatives, args), **options)


def _without_derivatives(value: Any) -> Any:
    if isinstance(value, Dual):
        return plain(value)
    return primals(objects(value)) if involves_duals(value) else value


def array(value: Any, dtype: Any = None, **options: Any) -> Any:
    """np.array, and np.asarray of what is not an array yet."""
    if involves_duals(value) and (dtype is None or _is_float(dtype)):
        return lift(np.array(unwrapped(value), dtype=object, **options))
    return lift(np.array(_without_derivatives(value), dtype=_real_dtype(dtype), **options))


def asarray(value: Any, dtype: Any = None, **options: Any) -> Any:
    return value if isinstance(value, DualArray) else array(value, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    out = np.empty(shape, dtype=object) if dtype is None and involves_duals(fill_value) else None
    if out is None:
        return lift(np.full(shape, _without_derivatives(fill_value), dtype=_real_dtype(dtype)))
    out = lift(out)
    out[...] = fill_value
    return out


def full_like(x: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    target = object if involves_duals(x) and dtype is None else _real_dtype(dtype)
    like = lift(np.empty_like(as_ordinary(x), dtype=target))
    like[...] = fill_value
    return like


def constructor(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return np.zeros and the like, giving arrays that duals can be stored in."""

    def construct(*args: Any, **options: Any) -> Any:
        if "dtype" in options:
            options["dtype"] = _real_dtype(options["dtype"])
        return lift(function(*(_real_dtype(a) if isinstance(a, np.dtype) else a for a in args), **options))

    return construct


def _is_float(dtype: Any) -> bool:
    return np.dtype(dtype).kind in "fO"


def _real_dtype(dtype: Any) -> Any:
    """Return the dtype to construct in: float64 for what stands for duals (`dtype=x.dtype`) or float32."""
    return dtype if dtype is None or not _is_float(dtype) else np.float64


class Scalar(type):
    """The metaclass of np.float64 and np.float32 in the shim: calls keep the derivatives."""

    def __call__(cls, value: Any = 0.0) -> Any:  # noqa: N805
        return lift(value) if involves_duals(value) else np.float64(value)

    def __instancecheck__(cls, value: Any) -> bool:  # noqa: N805
        return isinstance(value, (Dual, np.floating))
