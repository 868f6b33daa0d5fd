"""NumPy's reductions over axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.frontend import masks, references
from bpcompiler.frontend.dtypes import dtype_named
from bpcompiler.frontend.names.common import Handler, integer, natively_all, ndim_of, no_rule, number, reject
from bpcompiler.frontend.names.numpy_creation import asarray, astype
from bpcompiler.frontend.operators import shape, size_as_value, size_of
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Primitive
from bpcompiler.ir.types import BOOL, INT64, Array, is_float
from bpcompiler.primitives import broadcasting, norms, order, piecewise, reductions

Axes = tuple[int, ...]
MOST_FACTORS = 32


def axes_of(axis: Any, ndim: int) -> Axes:
    """Return the axes that the user named, from 0 and in order. None: all."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    numbers = [integer(a, "an axis") for a in given]
    for found in numbers:
        if not -ndim <= found < ndim:
            raise np.exceptions.AxisError(found, ndim)
    axes = sorted(found % ndim for found in numbers)
    if len(set(axes)) != len(axes):
        raise ValueError("duplicate value in 'axis'")
    return tuple(axes)


def reduced_axes(axis: Any, ndim: int) -> Axes:
    """Return the axes of a reduction: a number may be reduced over axis 0, as if it were a vector."""
    return () if ndim == 0 and type(axis) is int and axis in (0, -1) else axes_of(axis, ndim)


def _operand(x: Any, dtype: Any) -> Any:
    """Return what is reduced: an array, or a NumPy number."""
    if isinstance(x, Traced) and not x.aval.shape:
        x = number(x)
    elif not isinstance(x, Traced):
        x = asarray(x)
    return x if dtype is None else astype(x, dtype)


def _reduction(
    primitive: Primitive, name: str, axes_for: Callable[[Any, int], Axes] = reduced_axes
) -> Handler:
    def handler(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any
    ) -> Any:
        reject(f"np.{name}", {"out": out, **kwargs})
        x = _operand(a, dtype)
        axes = axes_for(axis, len(x.aval.shape))
        if not axes:
            return _of_nothing(x, primitive)
        return current().emit(primitive, x, axes=axes, keepdims=bool(keepdims))

    return handler


def _of_nothing(x: Any, primitive: Primitive) -> Any:
    """The reduction over no axis: the elements, in the dtype that the reduction has."""
    if primitive is broadcasting.sum and x.aval.dtype is BOOL:
        return astype(x, np.int64)
    if primitive is reductions.mean and not is_float(x.aval):
        return astype(x, np.float64)
    return references.fresh(x) if isinstance(x.aval, Array) else x


def _mean(handler: Handler) -> Handler:
    def reduce(a: Any, axis: Any = None, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        if dtype is not None and not dtype_named(dtype).is_float:
            raise no_rule("np.mean with an integer dtype", "leave dtype out")
        return handler(a, axis, dtype, *args, **kwargs)

    return reduce


def _extreme(handler: Handler, name: str, of_bools: Handler) -> Handler:
    """`np.max` has no dtype: its third argument is `out`."""

    def reduce(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
        x = _operand(a, None)
        _require_elements(x, axis, f"zero-size array to reduction operation {name}imum which has no identity")
        if x.aval.dtype is BOOL:
            return of_bools(x, axis, out, keepdims, **kwargs)
        return handler(x, axis, None, out, keepdims, **kwargs)

    return reduce


def _require_elements(x: Any, axis: Any, message: str) -> None:
    """Raise where an extreme of nothing is asked for; no result at all is fine."""
    shape = x.aval.shape
    axes = reduced_axes(axis, len(shape))
    empty = current().decisions.equal
    if any(empty(shape[i], 0) for i in axes) and not any(
        empty(size, 0) for i, size in enumerate(shape) if i not in axes
    ):
        raise ValueError(message)


sum_ = _reduction(broadcasting.sum, "sum")
mean = _mean(_reduction(reductions.mean, "mean", axes_of))


def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: bool = False,
    **kwargs: Any,
) -> Any:
    """The mean square distance from the mean, as NumPy computes it."""
    reject("np.var", {"out": out, **kwargs})
    x = _operand(a, dtype)
    axes = axes_of(axis, len(x.aval.shape))
    apart = x - mean(x, axes, keepdims=True)
    count = sizes.product(tuple(x.aval.shape[i] for i in axes))
    total = sum_(apart * apart, axes, keepdims=keepdims)
    if ddof == 0:
        return total / size_as_value(count)
    missing = integer(ddof, "ddof") if not isinstance(ddof, float) else ddof
    left = 0 if current().decisions.less(count, int(np.ceil(missing))) else size_as_value(count) - missing
    return total / left


def std(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: bool = False,
    **kwargs: Any,
) -> Any:
    """The square root of the variance; where that is 0 its slope is 0."""
    return current().elementwise(norms.root, var(a, axis, dtype, out, ddof, keepdims, **kwargs))


def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """`np.count_nonzero`."""
    return sum_(_truth(_operand(a, None)), axis, keepdims=keepdims)


def _truth(x: Any) -> Any:
    return x if x.aval.dtype is BOOL else x != 0


def any_(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
    """`np.any`."""
    reject("np.any", {"out": out, **kwargs})
    return count_nonzero(a, axis, keepdims=keepdims) > 0


def all_(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
    """`np.all`: no element is false."""
    reject("np.all", {"out": out, **kwargs})
    false = current().elementwise(piecewise.logical_not, _truth(_operand(a, None)))
    return sum_(false, axis, keepdims=keepdims) == 0


amax = _extreme(_reduction(reductions.amax, "max"), "max", any_)
amin = _extreme(_reduction(reductions.amin, "min"), "min", all_)


def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """`np.ptp`: the range of the elements."""
    return amax(a, axis, out, keepdims) - amin(a, axis, out, keepdims)


def _where_extreme(primitive: Primitive, name: str) -> Handler:
    """`np.argmax`: an integer, so a constant to derivatives."""

    def handler(a: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        reject(f"np.{name}", {"out": out})
        x = asarray(a)
        flat = x.reshape(-1) if axis is None or not x.aval.shape else x
        (along,) = axes_of(0 if axis is None else integer(axis, "an axis"), len(flat.aval.shape))
        _require_elements(flat, along, f"attempt to get {name} of an empty sequence")
        found = current().emit(primitive, flat, axis=along)
        if not keepdims or not x.aval.shape:
            return found
        dims = tuple(1 if axis is None or i == along else n for i, n in enumerate(x.aval.shape))
        return asarray(found).reshape(tuple(map(size_as_value, dims)))

    return handler


def cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """`np.cumsum`: of all elements in order, or along an axis."""
    reject("np.cumsum", {"out": out})
    x = asarray(a) if dtype is None else asarray(a, dtype)
    if axis is None or not x.aval.shape:
        x, axis = x.reshape(-1), axis or 0
    (along,) = axes_of(integer(axis, "an axis"), len(x.aval.shape))
    return current().emit(order.cumsum, x, axis=along, backwards=False)


def prod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kwargs: Any
) -> Any:
    """`np.prod`: as a product of at most `MOST_FACTORS` parts; the program is for their number."""
    reject("np.prod", {"out": out, **kwargs})
    if isinstance(a, (tuple, list)) and all(size_of(item) is not None for item in a) and dtype is None:
        return _product_of_sizes(a)
    x = _operand(a, dtype)
    x = astype(x, np.int64) if x.aval.dtype is BOOL else x
    for along in reversed(reduced_axes(axis, len(x.aval.shape))):
        x = _multiply_along(x, along, bool(keepdims))
    return references.fresh(x) if isinstance(x, Traced) and x.aval.shape else x  # of one factor: no view


def _product_of_sizes(items: Any) -> Any:
    """The number of elements of a shape stays usable as a dimension."""
    total: Any = 1
    for item in items:
        total = total * item
    return (
        current().emit(piecewise.convert, total, dtype=INT64)
        if isinstance(total, Traced)
        else np.int64(total)
    )


def _multiply_along(x: Any, axis: int, keepdims: bool) -> Any:
    count = current().decisions.number(x.aval.shape[axis])
    if count > MOST_FACTORS:
        raise no_rule(
            f"np.prod of {count} factors",
            "multiply in a loop, or use np.exp(np.sum(np.log(x))) for positive x",
        )
    before = (slice(None),) * axis
    parts = [x[(*before, slice(i, i + 1) if keepdims else i)] for i in range(count)]
    if parts:
        total = parts[0]
        for part in parts[1:]:
            total = total * part
        return total
    return _ones_without(x, axis, keepdims)


def _ones_without(x: Any, axis: int, keepdims: bool) -> Any:
    """The product of nothing."""
    total = sum_(x, axis, keepdims=keepdims) * 0 + 1
    return total if isinstance(total.aval, Array) else number(total)


def size(a: Any, axis: Any = None) -> Any:
    """`np.size`: the number of elements."""
    dims = current().operand(a if isinstance(a, Traced) else asarray(a)).aval.shape
    return size_as_value(sizes.product(tuple(dims[i] for i in axes_of(axis, len(dims)))))


HANDLERS: dict[Callable[..., Any], Handler] = natively_all(
    {
        np.sum: masks.reduced(sum_, "sum"),
        np.mean: masks.reduced(mean, "mean"),
        np.max: amax,
        np.min: amin,
        np.ptp: ptp,
        np.var: var,
        np.std: std,
        np.any: any_,
        np.all: all_,
        np.count_nonzero: count_nonzero,
        np.argmax: _where_extreme(order.argmax, "argmax"),
        np.argmin: _where_extreme(order.argmin, "argmin"),
        np.cumsum: cumsum,
        np.prod: prod,
        np.size: masks.answered(size, "size"),
        np.ndim: ndim_of,
        np.shape: lambda a: shape(a if isinstance(a, Traced) else asarray(a)),
    }
)
