"""Reading by index: `x[key]` for integers, slices, newaxis, ellipsis and integer arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, IndexOutOfBoundsError, ShapeError
from bpcompiler.frontend import bounds, masks, references
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.trace import Trace, Traced, current
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, Scalar, is_float
from bpcompiler.primitives.indexing import (
    At,
    Item,
    NewAxis,
    Spec,
    full_slice,
    getitem,
    getslice,
    has_arrays,
)

NewIndex = Callable[[Any], int]


def read(x: Any, key: Any) -> Any:
    """Return `x[key]`: a view where the key is of integers, slices and new axes."""
    items = expanded(x, key)
    if masks.among(items):
        return masks.select(x, items)
    spec, indices = parsed(x, items)
    return selected(x, spec, indices, key)


def expanded(x: Any, key: Any) -> list[Any]:
    """Return a key's items: one for each axis of `x`, a mask for as many as it has, and the new axes."""
    return _expand_ellipsis([each for item in items_given(key) for each in _static_mask(x, item)], x)


def _static_mask(x: Any, item: Any) -> tuple[Any, ...]:
    """Return a mask that is known while tracing as the integers where it is true."""
    known = isinstance(item, list) and item and all(isinstance(each, (bool, list)) for each in item)
    if not known and not (isinstance(item, np.ndarray) and item.dtype == bool):
        return (item,)
    mask = np.asarray(item)
    return mask.nonzero() if mask.dtype == bool else (item,)


def parsed(x: Any, items: list[Any]) -> tuple[Spec, list[Any]]:
    """Return the spec that the items of a key are for `x`, and the indices in it."""
    trace = current()
    indices: list[Any] = []

    def new_index(index: Any) -> int:
        indices.append(index)
        return len(indices)

    spec: list[Item] = []
    axis = 0
    for item in items:
        if item is None:
            spec.append(NewAxis())
            continue
        spec.append(_item(trace, item, axis, x.aval.shape[axis], new_index))
        axis += 1
    _broadcast_indices(trace, indices)
    return tuple(spec), indices


def selected(x: Any, spec: Spec, indices: list[Any], key: Any) -> Any:
    """Return `x[key]` for the spec that the key is."""
    trace = current()
    if _takes_everything(spec, x.aval.shape):
        if x.aval.shape or any(item is Ellipsis for item in items_given(key)):
            return x
        return trace.rewrap(trace.number_of(x.value))
    proven = all(item.proven is not None for item in spec if isinstance(item, At))
    made = trace.emit(getslice if proven else getitem, x, *indices, spec=spec)
    advanced = has_arrays(spec, [x.aval, *(trace.operand(index).aval for index in indices)])
    return made if advanced else references.sliced(x, made, spec, indices)


def items_given(key: Any) -> tuple[Any, ...]:
    """Return the items between the brackets."""
    return key if isinstance(key, tuple) else (key,)


def _takes_everything(spec: Spec, shape: tuple[Size, ...]) -> bool:
    """Whether the key is `x[:]`, which is another reference to x."""
    return len(spec) == len(shape) and all(
        item == full_slice(size) for item, size in zip(spec, shape, strict=True)
    )


def _expand_ellipsis(items: list[Any], x: Any) -> list[Any]:
    """Return one item for each axis, and the new axes."""
    ndim = len(x.aval.shape)
    consuming = sum(map(_axes_taken, items))
    if consuming > ndim:
        raise IndexError(
            f"too many indices for array: array is {ndim}-dimensional, but {consuming} were indexed"
        )
    missing = [slice(None)] * (ndim - consuming)
    places = [i for i, item in enumerate(items) if item is Ellipsis]
    if len(places) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if not places:
        return [*items, *missing]
    return [*items[: places[0]], *missing, *items[places[0] + 1 :]]


def _axes_taken(item: Any) -> int:
    if item is None or item is Ellipsis:
        return 0
    return len(item.aval.shape) if masks.is_mask(item) else 1


def _item(trace: Trace, item: Any, axis: int, size: Size, new_index: NewIndex) -> Item:
    if isinstance(item, slice):
        return bounds.slice_of(trace, item, size)
    if isinstance(item, list):
        item = _stacked(item) if item else np.zeros(0, np.int64)
    aval = trace.operand(item).aval
    if aval.dtype is BOOL:
        raise masks.refused()
    if is_float(aval):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) "
            "and integer arrays are valid indices"
        )
    number = size_of(item if isinstance(item, Traced) else int(item)) if isinstance(aval, Scalar) else None
    proven = None if number is None else bounds.in_bounds(trace, number, axis, size)
    return At(new_index(item), proven)


def _stacked(items: list[Any]) -> Any:
    handler = current().handler(np.array)
    if handler is None:
        raise DtypeError("a list of traced integers as an index")
    return handler(items)


def _broadcast_indices(trace: Trace, indices: list[Any]) -> None:
    shapes = [trace.operand(index).aval.shape for index in indices]
    try:
        trace.broadcast(shapes)
    except ShapeError as error:
        message = error.message.replace("operands", "shape mismatch: indexing arrays")
        raise IndexOutOfBoundsError(message, origin=error.origin) from None
