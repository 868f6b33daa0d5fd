"""References to arrays: a storage, and where in it the elements lie.

An array in the user's code is a reference. A fresh array has a storage of its own; a view shares its parent's
and says how it is read from it. `reading` reads it again where the storage holds another version by then;
`write` sends what is stored through a view on to what it is a view of, down to the storage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend import views
from bpcompiler.frontend.operators import size_as_value
from bpcompiler.frontend.trace import Storage, Trace, Traced, current
from bpcompiler.frontend.views import Fixed, Place
from bpcompiler.ir.equations import Primitive, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives import broadcasting, shapes
from bpcompiler.primitives.indexing import At, Slice, Spec, full_slice, getslice
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.piecewise import greater_equal, less, logical_and, select
from bpcompiler.primitives.stores import checked, copy_array, setitem, setslice

if TYPE_CHECKING:
    from bpcompiler.frontend.tracers import TracedArray

Indices = Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """How a view is read from its parent, and where it lies in its base: a whole array, or a reshaped one.

    `place` makes its place in the base of its parent's, where it has one. `readonly`: elements share memory.
    """

    parent: TracedArray
    primitive: Primitive
    indices: tuple[Any, ...]
    attrs: Mapping[str, Any]
    aval: Aval
    place: Callable[[Place], Place | None]
    readonly: bool = False


def reading(view: View) -> Value:
    """Return what a view shows now."""
    trace, under = current(), view.parent.value
    seen = trace.seen.get(view)
    if seen is not None and seen[0] is under:
        return seen[1]
    operands = [trace.operand(index) for index in view.indices]
    with trace.builder.at(trace.place(), trace.builder.phase):
        value = trace.builder.one(view.primitive, under, *operands, **view.attrs)
    if seen is not None and seen[1] in trace.builder.names:
        trace.builder.names[value] = trace.builder.names[seen[1]]
    trace.seen[view] = under, value
    return value


def base_of(array: TracedArray) -> tuple[TracedArray, Place]:
    """Return the array that holds the elements, and their place in it."""
    if array.view is not None:
        base, parents = base_of(array.view.parent)
        place = array.view.place(parents)
        if place is not None:
            return base, place
    return array, views.whole(array.aval.shape)


def fresh(array: Traced) -> Any:
    """Return a copy: a reference to a storage of its own, which holds the same for now."""
    return copied(current().rewrap(array.value))


def detached(made: Any) -> Any:
    """Return a view that was just made as an array of its own."""
    return current().rewrap(made.value)


def copied(made: Any) -> Any:
    """Return `made`, a new reference to a value that others may hold as well, as a copy."""
    if isinstance(made.aval, Array):
        made.storage.copied = True
    return made


# ------------------------------------------------------------------ making views


def sliced(parent: TracedArray, made: Any, spec: Spec, indices: Indices) -> Any:
    """Let `made`, which was just read as `parent[spec]`, be a view of its parent. A number is none."""
    if not isinstance(made.aval, Array):
        return made
    again = checked(spec)
    return _viewing(
        parent, made, getslice, lambda p: views.indexed(p, again, indices, _offset), indices, spec=again
    )


def transposed(parent: TracedArray, permutation: tuple[int, ...]) -> Any:
    """Return the view with its axes in another order."""
    made = current().emit(shapes.transpose, parent, permutation=permutation)
    place = partial(views.permuted, permutation=permutation)
    return _viewing(parent, made, shapes.transpose, place, permutation=permutation)


def expanded(parent: TracedArray, axes: tuple[int, ...]) -> Any:
    """Return the view with new axes of size 1."""
    made = current().emit(broadcasting.expand_dims, parent, axes=axes)
    return _viewing(parent, made, broadcasting.expand_dims, partial(views.expanded, axes=axes), axes=axes)


def squeezed(parent: TracedArray, axes: tuple[int, ...]) -> Any:
    """Return the view without these axes, which are of size 1."""
    made = current().emit(broadcasting.squeeze, parent, axes=axes)
    dims = enumerate(parent.aval.shape)
    spec = tuple(At(1, 0) if axis in axes else full_slice(size) for axis, size in dims)
    return _viewing(
        parent, made, broadcasting.squeeze, lambda p: views.indexed(p, spec, (0,), _offset), axes=axes
    )


def gathered(parent: TracedArray, made: Any, spec: Spec, indices: Indices) -> Any:
    """Let `made`, which was just read by arrays of indices, be a view of its parent for reading only."""
    again = checked(spec)
    return _viewing(parent, made, getslice, views.nowhere, indices, readonly=True, spec=again)


def reshaped(parent: TracedArray, shape: tuple[Size, ...]) -> Any:
    """Return the view in another shape: a base of its own, written back in the old shape."""
    made = current().emit(shapes.reshape, parent, shape=shape)
    return _viewing(parent, made, shapes.reshape, views.nowhere, shape=shape)


def broadcast(parent: TracedArray, shape: tuple[Size, ...]) -> Any:
    """Return the view with elements repeated, which cannot be written to."""
    made = current().emit(broadcasting.broadcast_to, parent, shape=shape)
    return _viewing(parent, made, broadcasting.broadcast_to, views.nowhere, readonly=True, shape=shape)


def _viewing(
    parent: TracedArray, made: Any, primitive: Primitive, place: Callable[[Place], Place | None],
    indices: Indices = (), *, readonly: bool = False, **attrs: Any,
) -> Any:  # fmt: skip
    value = made.value
    readonly = readonly or (parent.view is not None and parent.view.readonly)
    view = View(parent, primitive, tuple(indices), attrs, made.aval, place, readonly)
    current().seen[view] = parent.value, value
    made.storage, made.view = parent.storage, view
    return made


def _offset(item: At, index: Any, within: Slice) -> Fixed:
    """Return an index into a part of an axis as one into the axis."""
    if (within.start, within.step, within.given) == (0, 1, (None, None, None)):
        return Fixed(index, item.proven, item.checked)
    trace = current()
    if item.proven is not None:
        place = within.start + within.step * item.proven
        return Fixed(size_as_value(place), place)
    counted = _counted(trace, index, within.length, checked=item.checked)
    return Fixed(size_as_value(within.start) + counted * within.step, None, checked=True)


def _counted(trace: Trace, index: Any, length: Size, *, checked: bool) -> Any:
    """Return a run-time index counted from 0, checked to be in bounds."""
    size = size_as_value(length)
    counted = trace.elementwise(select, trace.elementwise(less, index, 0), index + size, index)
    if not checked:
        inside = trace.elementwise(
            logical_and, trace.elementwise(greater_equal, counted, 0), trace.elementwise(less, counted, size)
        )
        operands = [trace.operand(each) for each in (inside, index, size, 0)]
        with trace.builder.at(trace.place(), trace.builder.phase):
            trace.builder.emit(check, *operands, kind="index")
    return counted


# ------------------------------------------------------------------ writing


def copy_now(storage: Storage) -> None:
    """Let a storage that starts as a copy hold one of its own."""
    trace = current()
    with trace.builder.at(trace.place(), trace.builder.phase):
        _next_version(trace, storage, trace.builder.one(copy_array, storage.initial))


def _next_version(trace: Trace, storage: Storage, new: Value) -> None:
    names = trace.builder.names
    if (name := names.get(trace.version(storage))) is not None:
        names.setdefault(new, name)
    trace.write(storage, new)


def write(array: TracedArray, spec: Spec, indices: Indices, value: Any) -> None:
    """Run `array[spec] = value`. The value has the array's dtype and broadcasts to the part."""
    base, place = base_of(array)
    if not any(trace_shape(index) for index in indices):
        part = views.indexed(place, spec, indices, _offset)
        if part is not None:
            _write_part(base, part, value)
            return
    elif views.is_whole(place, base.aval.shape):
        _write_spec(base, spec, indices, value)
        return
    _write_part(base, place, _stored(array, spec, indices, value))


def replace(array: TracedArray, value: Any) -> None:
    """Let the array have these elements from now on: a value of its dtype and shape."""
    base, place = base_of(array)
    if views.is_whole(place, base.aval.shape):
        _replace_base(base, value.value)
    else:
        _write_part(base, place, value)


def trace_shape(index: Any) -> tuple[Size, ...]:
    """Return the shape of an index, ordinary or traced."""
    return current().operand(index).aval.shape


def _stored(array: TracedArray, spec: Spec, indices: Indices, value: Any) -> Any:
    """Return the array with a part replaced, as a new value."""
    tested = all(item.proven is not None or item.checked for item in spec if isinstance(item, At))
    return current().emit(setslice if tested else setitem, array, value, *indices, spec=spec)


def _write_spec(base: TracedArray, spec: Spec, indices: Indices, value: Any) -> None:
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
