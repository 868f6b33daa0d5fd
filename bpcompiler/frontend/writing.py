"""Writing through references: what is stored through a view goes on to what it is a view of.

Where a view's elements have a place in the array that holds them, a store through it is one store into that
array. Else the view is read, changed, and written back as a whole: through a reshape, or by index arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.frontend import views
from bpcompiler.frontend.references import base_of, offset
from bpcompiler.frontend.storage import Storage
from bpcompiler.frontend.trace import Trace, current
from bpcompiler.frontend.views import Place
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Literal, Operand, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, DType
from bpcompiler.primitives import broadcasting, piecewise, shapes
from bpcompiler.primitives.indexing import At, Slice, Spec, full_slice, getslice
from bpcompiler.primitives.stores import copy_array, setitem, setslice

if TYPE_CHECKING:
    from bpcompiler.frontend.tracers import TracedArray

Indices = Sequence[Any]


def _copy_now(storage: Storage) -> None:
    """Let a storage that starts as a copy hold one of its own."""
    trace = current()
    with trace.builder.at(trace.place(), trace.builder.phase):
        _next_version(trace, storage, trace.builder.one(copy_array, storage.initial))


def _next_version(trace: Trace, storage: Storage, new: Value) -> None:
    names = trace.builder.names
    if (name := names.get(trace.version(storage))) is not None:
        names.setdefault(new, name)
    if trace.builder.equations and new in trace.builder.equations[-1].outputs:
        trace.made[new] = storage
    trace.write(storage, new)


def write(array: TracedArray, spec: Spec, indices: Indices, value: Any) -> None:
    """Run `array[spec] = value`. The value has the array's dtype and broadcasts to the part."""
    base, place = base_of(array)
    if not any(trace_shape(index) for index in indices):
        part = views.indexed(place, spec, indices, offset)
        if part is not None:
            _write_part(base, part, value)
            return
    elif views.is_whole(place, base.aval.shape):
        _write_spec(base, spec, indices, value)
        return
    _write_part(base, place, _stored(array, spec, indices, value))


def replace(array: TracedArray, value: Any) -> None:
    """Let the array have these elements from now on: a value of its dtype and shape."""
    if not array.aval.shape:
        value = broadcast_value(value, ())
    base, place = base_of(array)
    if views.is_whole(place, base.aval.shape):
        _replace_base(base, value.value)
    else:
        _write_part(base, place, value)


def count(array: TracedArray) -> Size:
    """Return the number of elements."""
    return sizes.product(array.aval.shape)


def broadcast_value(value: Any, shape: tuple[Size, ...]) -> Any:
    """Return a value in a shape that it broadcasts to."""
    operand = current().operand(value)
    if operand.aval.shape == shape and shape:
        return value
    if not operand.aval.shape:
        value = current().emit(shapes.reshape, value, shape=())
    return value if not shape else current().emit(broadcasting.broadcast_to, value, shape=shape)


def trace_shape(index: Any) -> tuple[Size, ...]:
    """Return the shape of an index, ordinary or traced."""
    return current().operand(index).aval.shape


def _stored(array: TracedArray, spec: Spec, indices: Indices, value: Any) -> Any:
    """Return the array with a part replaced, as a new value."""
    tested = all(item.proven is not None or item.checked for item in spec if isinstance(item, At))
    return current().emit(setslice if tested else setitem, array, value, *indices, spec=spec)


def _write_spec(base: TracedArray, spec: Spec, indices: Indices, value: Any) -> None:
    storage = base.storage
    if storage.copied and base.view is None and current().version(storage) is storage.initial:
        _copy_now(storage)
    _replace_base(base, _stored(base, spec, indices, value).value)


def _replace_base(base: TracedArray, new: Value) -> None:
    """Let a whole array or a reshaped one have another value."""
    trace = current()
    if base.view is None:
        _next_version(trace, base.storage, new)
        return
    parent = base.view.parent
    if base.view.primitive is shapes.reshape:
        replace(parent, trace.emit(shapes.reshape, trace.rewrap(new), shape=parent.aval.shape))
        if parent.view is None:
            trace.seen[base.view] = parent.value, new
    else:
        spec = base.view.attrs["spec"]
        write(parent, spec, base.view.indices, trace.rewrap(new))


def _write_part(base: TracedArray, place: Place, value: Any) -> None:
    spec, indices, flipped = views.spec_of(place, base.aval.shape)
    _write_spec(base, tuple(spec), indices, _aligned(value, place, flipped))


def _aligned(value: Any, place: Place, flipped: list[int]) -> Any:
    """Return the value with its axes in the order of the base's, new ones dropped, flipped ones reversed."""
    trace = current()
    shape = trace.operand(value).aval.shape
    if not shape:
        return value
    missing = len(place.order) - len(shape)
    kept = [axis for axis in place.order[missing:] if axis is not None]
    new = tuple(i for i, axis in enumerate(place.order[missing:]) if axis is None)
    if new:
        value = trace.emit(broadcasting.squeeze, value, axes=new)
    every = [axis for axis in place.order if axis is not None]
    if every != sorted(every):
        value, kept = _padded(trace, value, len(every) - len(kept)), every
        permutation = tuple(sorted(range(len(kept)), key=kept.__getitem__))
        value, kept = trace.emit(shapes.transpose, value, permutation=permutation), sorted(kept)
    return _flipped(trace, value, [i for i, axis in enumerate(kept) if axis in flipped])


def _padded(trace: Trace, value: Any, missing: int) -> Any:
    return trace.emit(broadcasting.expand_dims, value, axes=tuple(range(missing))) if missing else value


def _flipped(trace: Trace, value: Any, axes: list[int]) -> Any:
    dims = trace.operand(value).aval.shape
    if not any(dims[axis] != 1 for axis in axes):
        return value
    spec = tuple(
        Slice(size - 1, size, -1, (None, None, -1)) if i in axes and size != 1 else full_slice(size)
        for i, size in enumerate(dims)
    )
    return trace.emit(getslice, value, spec=spec)


def converted(value: Any, dtype: DType) -> Any:
    """Return a value as one of this dtype."""
    trace = current()
    operand: Operand = trace.operand(value)
    if operand.aval.dtype is dtype:
        return value
    if isinstance(operand, Literal):
        return np.asarray(operand.value).astype(dtype.value)[()] if dtype.is_float else _whole(operand, dtype)
    return trace.emit(piecewise.convert, value, dtype=dtype)


def _whole(operand: Literal, dtype: DType) -> Any:
    return bool(operand.value) if dtype is BOOL else int(operand.value)
