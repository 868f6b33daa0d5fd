"""NumPy's reductions and products over axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.names.common import Handler, natively, reject
from bpcompiler.frontend.names.numpy_creation import asarray
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.frontend.tracers import matmul, size_as_value
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Primitive
from bpcompiler.primitives import broadcasting, functions, reductions


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return the axes that the user named, from 0 and in order. None: all."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, (tuple, list)) else (axis,)
    numbers = [current().static(a, "an axis") if isinstance(a, Traced) else int(a) for a in given]
    for number in numbers:
        if not -ndim <= number < ndim:
            raise np.exceptions.AxisError(number, ndim)
    axes = sorted(number % ndim for number in numbers)
    if len(set(axes)) != len(axes):
        raise ValueError("duplicate value in 'axis'")
    return tuple(axes)


def _reduction(primitive: Primitive, name: str) -> Handler:
    def handler(
        x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any
    ) -> Any:
        reject(f"np.{name}", {"out": out, **kwargs})
        x = asarray(x) if dtype is None else asarray(x, dtype)
        axes = axes_of(axis, len(x.aval.shape))
        if not x.aval.shape or not axes:
            return current().rewrap(current().number_of(x.value)) if not x.aval.shape else x
        if primitive in (reductions.amax, reductions.amin):
            _require_elements(name, x, axes)
        return current().emit(primitive, x, axes=axes, keepdims=bool(keepdims))

    return handler


def _without_dtype(handler: Handler) -> Handler:
    """`np.max` has no dtype: its third argument is `out`."""

    def reduce(x: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
        return handler(x, axis, None, out, keepdims, **kwargs)

    return reduce


def _require_elements(name: str, x: Any, axes: tuple[int, ...]) -> None:
    for axis in axes:
        if current().decisions.equal(x.aval.shape[axis], 0):
            raise ValueError(f"zero-size array to reduction operation {name}imum which has no identity")


sum_ = _reduction(broadcasting.sum, "sum")
mean = _reduction(reductions.mean, "mean")
amax = _without_dtype(_reduction(reductions.amax, "max"))
amin = _without_dtype(_reduction(reductions.amin, "min"))


def var(
    x: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    """The mean square distance from the mean, as NumPy computes it."""
    reject("np.var", {"out": out})
    x = asarray(x) if dtype is None else asarray(x, dtype)
    axes = axes_of(axis, len(x.aval.shape))
    apart = x - mean(x, axes, keepdims=True)
    count = sizes.product(tuple(x.aval.shape[a] for a in axes))
    return sum_(apart * apart, axes, keepdims=keepdims) / (size_as_value(count) - ddof)


def std(
    x: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    """The square root of the variance."""
    return current().elementwise(functions.sqrt, var(x, axis, dtype, out, ddof, keepdims))


def dot(a: Any, b: Any, out: Any = None) -> Any:
    """`np.dot`: a product of numbers, else a sum over a's last and b's last but one dimension."""
    reject("np.dot", {"out": out})
    a, b = (side if not isinstance(side, (list, tuple)) else asarray(side) for side in (a, b))
    left, right = (len(current().operand(side).aval.shape) for side in (a, b))
    if not left or not right:
        return a * b
    if left <= 2 and right <= 2:
        return matmul(a, b)
    if right == 1:
        return matmul(a, b)
    raise UnsupportedError(
        f"np.dot of arrays with {left} and {right} dimensions",
        remedy="use @, or reshape to two dimensions",
        origin=current().place(),
    )


def _inner(a: Any, b: Any) -> Any:
    if any(len(current().operand(side).aval.shape) > 1 for side in (a, b)):
        raise UnsupportedError("np.inner of matrices", remedy="use a @ b.T", origin=current().place())
    return dot(a, b)


def _outer(a: Any, b: Any, out: Any = None) -> Any:
    reject("np.outer", {"out": out})
    left, right = asarray(a).reshape(-1), asarray(b).reshape(-1)
    return left[:, None] * right


def _vdot(a: Any, b: Any) -> Any:
    return dot(asarray(a).reshape(-1), asarray(b).reshape(-1))


def size(x: Any, axis: Any = None) -> Any:
    """`np.size`: the number of elements."""
    x = asarray(x)
    chosen = (
        x.aval.shape if axis is None else tuple(x.aval.shape[a] for a in axes_of(axis, len(x.aval.shape)))
    )
    return size_as_value(sizes.product(chosen))


def _ndim(x: Any) -> int:
    return len(x.aval.shape) if isinstance(x, Traced) else np.ndim(x)


def _shape(x: Any) -> Any:
    return asarray(x).shape


HANDLERS: dict[Callable[..., Any], Handler] = {
    np.sum: natively(np.sum)(sum_),
    np.mean: natively(np.mean)(mean),
    np.max: natively(np.max)(amax),
    np.min: natively(np.min)(amin),
    np.var: natively(np.var)(var),
    np.std: natively(np.std)(std),
    np.dot: natively(np.dot)(dot),
    np.inner: natively(np.inner)(_inner),
    np.outer: natively(np.outer)(_outer),
    np.vdot: natively(np.vdot)(_vdot),
    np.size: natively(np.size)(size),
    np.ndim: _ndim,
    np.shape: natively(np.shape)(_shape),
}
