"""NumPy's functions that move elements, and the attributes and methods of arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bpcompiler.errors import ShapeError, UnsupportedError
from bpcompiler.frontend import keys
from bpcompiler.frontend.names import numpy_creation, numpy_reductions
from bpcompiler.frontend.names.common import Handler, natively, reject
from bpcompiler.frontend.names.numpy_creation import asarray, shape_of
from bpcompiler.frontend.names.numpy_elementwise import clip
from bpcompiler.frontend.names.numpy_reductions import axes_of
from bpcompiler.frontend.trace import current, needs_value
from bpcompiler.frontend.tracers import MEMBERS, shape, size_as_value
from bpcompiler.ir import sizes
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, promote
from bpcompiler.primitives import broadcasting, piecewise, shapes


def reshape(x: Any, shape: Any, *rest: Any, order: Any = "C", **kwargs: Any) -> Any:
    """`x.reshape(...)`: one dimension may be -1."""
    reject("reshape", {**kwargs, "order": None if order == "C" else order})
    x = asarray(x)
    wanted = _wanted_shape(x, (shape, *rest) if rest else shape)
    difference = sizes.product(x.aval.shape) - sizes.product(wanted)
    if not isinstance(difference, int) or difference:
        current().require_equal(
            sizes.product(x.aval.shape), sizes.product(wanted), partial(_no_reshape, wanted)
        )
    return current().emit(shapes.reshape, x, shape=wanted)


def _no_reshape(wanted: Any, old: int, new: int) -> ShapeError:
    shape = tuple(current().decisions.value(size) for size in wanted)
    return ShapeError(f"cannot reshape array of size {old} into shape {shape}")


def _wanted_shape(x: Any, given: Any) -> tuple[Size, ...]:
    items = list(given) if isinstance(given, (tuple, list)) else [given]
    open_places = [i for i, item in enumerate(items) if type(item) is int and item == -1]
    if len(open_places) > 1:
        raise ValueError("can only specify one unknown dimension")
    if not open_places:
        return shape_of(items)
    known = shape_of([item for i, item in enumerate(items) if i not in open_places])
    rest = _quotient(sizes.product(x.aval.shape), sizes.product(known))
    return (*known[: open_places[0]], rest, *known[open_places[0] :])


def _quotient(total: Size, part: Size) -> Size:
    """Return total / part, which must be whole."""
    decisions = current().decisions
    exact = sizes.divide_exactly(total, part)
    if exact is not None:
        return exact
    if decisions.equal(part, 0) or not decisions.equal(sizes.mod(total, part), 0):
        raise ShapeError(
            f"cannot reshape array of size {decisions.value(total)} with rows of {decisions.value(part)}",
            origin=current().place(),
        )
    quotient = decisions.number(sizes.floordiv(total, part))
    current().require_equal(total, quotient * part, lambda a, b: ShapeError(f"cannot reshape {a} into {b}"))
    return quotient


def transpose(x: Any, *axes: Any) -> Any:
    """`x.transpose(...)`: reversed where no order is given."""
    x = asarray(x)
    order = (
        axes[0]
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list)))
        else axes or None
    )
    ndim = len(x.aval.shape)
    if order is None:
        permutation = tuple(reversed(range(ndim)))
    else:
        permutation = tuple(axes_of(axis, ndim)[0] for axis in order)
    if sorted(permutation) != list(range(ndim)):
        raise ValueError("axes don't match array")
    return (
        x
        if permutation == tuple(range(ndim))
        else current().emit(shapes.transpose, x, permutation=permutation)
    )


def _swapaxes(x: Any, first: Any, second: Any) -> Any:
    ndim = len(asarray(x).aval.shape)
    order = list(range(ndim))
    (a,), (b,) = axes_of(first, ndim), axes_of(second, ndim)
    order[a], order[b] = order[b], order[a]
    return transpose(x, tuple(order))


def _moveaxis(x: Any, source: Any, destination: Any) -> Any:
    ndim = len(asarray(x).aval.shape)
    (start,), (end,) = axes_of(source, ndim), axes_of(destination, ndim)
    order = [axis for axis in range(ndim) if axis != start]
    order.insert(end, start)
    return transpose(x, tuple(order))


def _expand_dims(x: Any, axis: Any) -> Any:
    x = asarray(x)
    count = len(axis) if isinstance(axis, (tuple, list)) else 1
    return current().emit(broadcasting.expand_dims, x, axes=axes_of(axis, len(x.aval.shape) + count))


def squeeze(x: Any, axis: Any = None) -> Any:
    """`np.squeeze`: drop dimensions of size 1; which those are is decided by the call at hand."""
    x = asarray(x)
    decisions, dims = current().decisions, x.aval.shape
    if axis is None:
        axes = tuple(i for i, size in enumerate(dims) if decisions.equal(size, 1))
    else:
        axes = axes_of(axis, len(dims))
        if not all(decisions.equal(dims[i], 1) for i in axes):
            raise ShapeError(
                "cannot select an axis to squeeze out which has size not equal to one",
                origin=current().place(),
            )
    return current().emit(broadcasting.squeeze, x, axes=axes) if axes else x


def _same_shapes(arrays: list[Any], skip: int | None, message: str) -> None:
    first = arrays[0].aval.shape
    for other in arrays[1:]:
        if len(other.aval.shape) != len(first):
            raise ValueError(message)
        for axis, (a, b) in enumerate(zip(first, other.aval.shape, strict=True)):
            if axis != skip and not current().decisions.equal(a, b):
                raise ShapeError(message, origin=current().place())


def concatenate(arrays: Any, axis: Any = 0, **kwargs: Any) -> Any:
    """`np.concatenate`; with axis None the arrays are flattened."""
    reject("np.concatenate", kwargs)
    parts = _same_dtype([asarray(x) for x in arrays])
    if not parts:
        raise ValueError("need at least one array to concatenate")
    if axis is None:
        parts, axis = [reshape(x, -1) for x in parts], 0
    if not parts[0].aval.shape:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    (axis,) = axes_of(axis, len(parts[0].aval.shape))
    _same_shapes(
        parts, axis, "all the input array dimensions except for the concatenation axis must match exactly"
    )
    return current().emit(shapes.concatenate, *parts, axis=axis)


def stack(arrays: Any, axis: Any = 0, **kwargs: Any) -> Any:
    """`np.stack`: along a new axis."""
    reject("np.stack", kwargs)
    parts = _same_dtype([asarray(x) for x in arrays])
    if not parts:
        raise ValueError("need at least one array to stack")
    _same_shapes(parts, None, "all input arrays must have the same shape")
    (axis,) = axes_of(axis, len(parts[0].aval.shape) + 1)
    return current().emit(shapes.stack, *parts, axis=axis)


def _same_dtype(parts: list[Any]) -> list[Any]:
    if not parts:
        return parts
    dtype = promote([x.aval for x in parts])
    return [x if x.aval.dtype is dtype else numpy_creation.astype(x, dtype.value) for x in parts]


def _atleast(ndim: int, x: Any) -> Any:
    x = asarray(x)
    missing = ndim - len(x.aval.shape)
    return x if missing <= 0 else reshape(x, (1,) * missing + shape(x))


def _hstack(arrays: Any, **kwargs: Any) -> Any:
    parts = [_atleast(1, x) for x in arrays]
    return concatenate(parts, 0 if len(parts[0].aval.shape) == 1 else 1, **kwargs)


def _vstack(arrays: Any, **kwargs: Any) -> Any:
    return concatenate([_atleast(2, x) for x in arrays], 0, **kwargs)


def _column_stack(arrays: Any) -> Any:
    parts = [asarray(x) for x in arrays]
    return concatenate([x[:, None] if len(x.aval.shape) == 1 else x for x in parts], 1)


def broadcast_to(x: Any, shape: Any, **kwargs: Any) -> Any:
    """`np.broadcast_to`."""
    reject("np.broadcast_to", kwargs)
    x, wanted = asarray(x), shape_of(shape)
    current().broadcast([x.aval.shape, wanted])
    return current().emit(broadcasting.broadcast_to, x, shape=wanted)


def flatten(x: Any, order: Any = "C") -> Any:
    """`x.ravel()`."""
    return reshape(x, -1, order=order)


def _item(x: Any, *index: Any) -> Any:
    element = keys.read(x, tuple(index)) if index else reshape(x, ())[()]
    return current().emit(piecewise.convert, element, dtype=element.aval.dtype, weak=True)


def _copy(x: Any, *args: Any, **kwargs: Any) -> Any:
    return current().emit(piecewise.alias, asarray(x))


def _method(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda x: partial(function, x)


def _no_list(x: Any) -> Any:
    raise needs_value(x, "tolist()")


def _no_method(name: str, remedy: str) -> Callable[[Any], Any]:
    def refuse(x: Any) -> Any:
        raise UnsupportedError(f"ndarray.{name}", remedy=remedy, origin=current().place())

    return refuse


def _getitem(x: Any) -> Callable[[Any], Any]:
    if not isinstance(x.aval, Array):
        raise IndexError("invalid index to scalar variable.")
    return partial(keys.read, x)


MEMBERS.update(
    {
        "shape": shape,
        "ndim": lambda x: len(x.aval.shape),
        "size": lambda x: size_as_value(sizes.product(x.aval.shape)),
        "dtype": lambda x: np.dtype(x.aval.dtype.value),
        "T": transpose,
        "real": lambda x: x,
        "__getitem__": _getitem,
        **{
            name: _method(function)
            for name, function in {
                "sum": numpy_reductions.sum_,
                "mean": numpy_reductions.mean,
                "max": numpy_reductions.amax,
                "min": numpy_reductions.amin,
                "var": numpy_reductions.var,
                "std": numpy_reductions.std,
                "dot": numpy_reductions.dot,
                "astype": numpy_creation.astype,
                "clip": clip,
                "reshape": reshape,
                "transpose": transpose,
                "swapaxes": _swapaxes,
                "squeeze": squeeze,
                "ravel": flatten,
                "flatten": flatten,
                "copy": _copy,
                "item": _item,
                "tolist": _no_list,
            }.items()
        },
        "fill": _no_method("fill", "use np.full"),
        "sort": _no_method("sort", "sort outside the function"),
    }
)

HANDLERS: dict[Callable[..., Any], Handler] = {
    function: natively(function)(handler)
    for function, handler in {
        np.reshape: reshape,
        np.ravel: flatten,
        np.transpose: transpose,
        np.swapaxes: _swapaxes,
        np.moveaxis: _moveaxis,
        np.expand_dims: _expand_dims,
        np.squeeze: squeeze,
        np.concatenate: concatenate,
        np.stack: stack,
        np.hstack: _hstack,
        np.vstack: _vstack,
        np.column_stack: _column_stack,
        np.broadcast_to: broadcast_to,
        np.atleast_1d: partial(_atleast, 1),
        np.atleast_2d: partial(_atleast, 2),
        np.copy: _copy,
    }.items()
}
