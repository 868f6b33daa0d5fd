"""NumPy's functions that change an array's shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError
from bpcompiler.frontend import references
from bpcompiler.frontend.names.common import Handler, integer, is_numpy_scalar, natively_all, reject
from bpcompiler.frontend.names.numpy_creation import asarray, shape_of
from bpcompiler.frontend.names.numpy_reductions import axes_of
from bpcompiler.frontend.operators import shape
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir import sizes
from bpcompiler.ir.sizes import Size


def reshape_to(x: Any, *shape: Any, order: Any = "C", **kwargs: Any) -> Any:
    """`x.reshape(2, -1)` or `x.reshape((2, -1))`: one dimension may be -1."""
    return reshape(x, shape[0] if len(shape) == 1 else shape, order, **kwargs)


def reshape(a: Any, shape: Any = None, order: Any = "C", **kwargs: Any) -> Any:
    """`np.reshape`."""
    reject("np.reshape", {**kwargs, "order": None if order in ("C", "A") else order})
    x = asarray(a)
    wanted = _wanted_shape(x, shape)
    if not wanted and is_numpy_scalar(a):
        return a
    return references.reshaped(x, wanted)


def _require_elements(x: Any, wanted: tuple[Size, ...]) -> tuple[Size, ...]:
    """Return the shape, which must have as many elements as x."""
    current().require_equal(sizes.product(x.aval.shape), sizes.product(wanted), partial(_no_reshape, wanted))
    return wanted


def _no_reshape(wanted: Any, old: int, new: int) -> ShapeError:
    shape = tuple(current().decisions.value(size) for size in wanted)
    return ShapeError(f"cannot reshape array of size {old} into shape {shape}")


def _wanted_shape(x: Any, given: Any) -> tuple[Size, ...]:
    items = list(given) if isinstance(given, (tuple, list)) else [given]
    open_places = [i for i, item in enumerate(items) if type(item) is int and item == -1]
    if len(open_places) > 1:
        raise ValueError("can only specify one unknown dimension")
    if not open_places:
        return _require_elements(x, shape_of(items))
    known = shape_of([item for i, item in enumerate(items) if i not in open_places])
    rest = _quotient(sizes.product(x.aval.shape), sizes.product(known))
    return (*known[: open_places[0]], rest, *known[open_places[0] :])


def _quotient(total: Size, part: Size) -> Size:
    """Return total / part, which must be whole: in every call."""
    exact = sizes.divide_exactly(total, part)
    if exact is not None:
        return exact
    decisions = current().decisions
    if decisions.equal(part, 0) or not decisions.holds(sizes.mod(total, part), 0):
        raise ShapeError(
            f"cannot reshape array of size {decisions.value(total)} with rows of {decisions.value(part)}",
            origin=current().place(),
        )
    return sizes.floordiv(total, part)


def transpose(a: Any, axes: Any = None) -> Any:
    """`np.transpose`: the axes reversed, where no order is given."""
    x = asarray(a)
    ndim = len(x.aval.shape)
    order = tuple(reversed(range(ndim))) if axes is None else tuple(_axis(axis, ndim) for axis in axes)
    if len(order) != ndim:
        raise ValueError("axes don't match array")
    if sorted(order) != list(range(ndim)):
        raise ValueError("repeated axis in transpose")
    same = order == tuple(range(ndim))
    return a if is_numpy_scalar(a) else x if same else references.transposed(x, order)


def transposed(x: Any, *axes: Any) -> Any:
    """`x.transpose()`, `x.transpose(1, 0)` or `x.transpose((1, 0))`."""
    given = axes[0] if len(axes) == 1 and not isinstance(axes[0], (int, Traced)) else axes or None
    return transpose(x, given)


def _axis(axis: Any, ndim: int) -> int:
    (found,) = axes_of(integer(axis, "an axis"), ndim)
    return found


def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """`np.swapaxes`."""
    ndim = len(asarray(a).aval.shape)
    order = list(range(ndim))
    first, second = _axis(axis1, ndim), _axis(axis2, ndim)
    order[first], order[second] = order[second], order[first]
    return transpose(a, order)


def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    ndim = len(asarray(a).aval.shape)
    starts, ends = (
        [_axis(axis, ndim) for axis in (side if isinstance(side, (tuple, list)) else (side,))]
        for side in (source, destination)
    )
    if len(starts) != len(ends):
        raise ValueError("`source` and `destination` arguments must have the same number of elements")
    order = [axis for axis in range(ndim) if axis not in starts]
    for end, start in sorted(zip(ends, starts, strict=True)):
        order.insert(end, start)
    return transpose(a, order)


def matrix_transpose(x: Any) -> Any:
    """`x.mT`: the last two axes exchanged."""
    if len(x.aval.shape) < 2:
        raise ValueError("matrix transpose with ndim < 2 is undefined")
    return swapaxes(x, -1, -2)


def _expand_dims(a: Any, axis: Any) -> Any:
    x = asarray(a)
    axes = tuple(axis) if isinstance(axis, (tuple, list)) else (axis,)
    return references.expanded(x, axes_of(axes, len(x.aval.shape) + len(axes)))


def squeeze(a: Any, axis: Any = None) -> Any:
    """`np.squeeze`: drop dimensions of size 1; which those are is decided by the call at hand."""
    if is_numpy_scalar(a) and axis in (None, 0, -1):
        return a
    x = asarray(a)
    decisions, dims = current().decisions, x.aval.shape
    if axis is None or (not dims and axis in (0, -1)):
        axes = tuple(i for i, size in enumerate(dims) if decisions.equal(size, 1))
    else:
        axes = axes_of(axis, len(dims))
        if not all(decisions.equal(dims[i], 1) for i in axes):
            raise ShapeError(
                "cannot select an axis to squeeze out which has size not equal to one",
                origin=current().place(),
            )
    return references.squeezed(x, axes) if axes else x


def atleast(ndim: int, x: Any) -> Any:
    """Return an array of at least so many dimensions, new ones in front."""
    x = asarray(x)
    missing = ndim - len(x.aval.shape)
    return x if missing <= 0 else reshape(x, (1,) * missing + shape(x))


def _atleast_all(ndim: int, *arrays: Any) -> Any:
    found = tuple(atleast(ndim, x) for x in arrays)
    return found[0] if len(found) == 1 else found


def broadcast_to(array: Any, shape: Any, **kwargs: Any) -> Any:
    """`np.broadcast_to`."""
    reject("np.broadcast_to", kwargs)
    x, wanted = asarray(array), shape_of(shape)
    if len(x.aval.shape) > len(wanted):
        raise ShapeError("input operand has more dimensions than allowed by the axis remapping")
    equal, value = current().decisions.equal, current().decisions.value
    for size, wide in zip(reversed(x.aval.shape), reversed(wanted), strict=False):
        if not equal(size, wide) and not equal(size, 1):
            raise ShapeError(
                f"cannot broadcast a dimension of {value(size)} to {value(wide)}", origin=current().place()
            )
    return references.broadcast(x, wanted)


def ravel(a: Any, order: Any = "C") -> Any:
    """`x.ravel()`: a view where the elements lie one after the other."""
    reject("np.ravel", {"order": None if order in ("C", "A") else order})
    x = asarray(a)
    return references.reshaped(x, (sizes.product(x.aval.shape),), contiguous=True)


def flatten(a: Any, order: Any = "C") -> Any:
    """`x.flatten()`: a copy."""
    return references.detached(reshape(a, -1, order))


def copy(a: Any, *args: Any, **kwargs: Any) -> Any:
    """`x.copy()`: another name for now, a copy once something is stored."""
    made = references.fresh(a if isinstance(a, Traced) else asarray(a))
    current().made[made.value] = "C"
    return made


HANDLERS: dict[Callable[..., Any], Handler] = natively_all(
    {
        np.reshape: reshape,
        np.ravel: ravel,
        np.transpose: transpose,
        np.swapaxes: swapaxes,
        np.moveaxis: _moveaxis,
        np.expand_dims: _expand_dims,
        np.squeeze: squeeze,
        np.broadcast_to: broadcast_to,
        np.atleast_1d: partial(_atleast_all, 1),
        np.atleast_2d: partial(_atleast_all, 2),
        np.copy: lambda a, *args, **kwargs: references.fresh(asarray(a)),
    }
)
