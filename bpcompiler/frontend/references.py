"""References to arrays: a storage, and where in it the elements lie.

An array in the user's code is a reference. A fresh array has a storage of its own; a view shares its parent's
and says how it is read from it. `reading` reads it again where the storage holds another version by then.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend import views
from bpcompiler.frontend.operators import size_as_value
from bpcompiler.frontend.trace import Trace, current
from bpcompiler.frontend.views import Fixed, Place
from bpcompiler.ir.equations import Primitive, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives import broadcasting, shapes, triangles
from bpcompiler.primitives.indexing import At, Slice, Spec, full_slice, getitem, getslice
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.piecewise import alias, greater_equal, less, logical_and, select
from bpcompiler.primitives.stores import checked

if TYPE_CHECKING:
    from bpcompiler.frontend.tracers import TracedArray

Indices = Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """How a view is read from its parent, and where it lies in its base: a whole array, or a reshaped one.

    `place` makes its place in the base of its parent's, where it has one. `readonly`: elements share memory.
    `contiguous`: it is a view only if its parent is contiguous. Without a primitive it is its parent itself.
    """

    parent: TracedArray
    primitive: Primitive | None
    indices: tuple[Any, ...]
    attrs: Mapping[str, Any]
    aval: Aval
    place: Callable[[Place], Place | None]
    readonly: bool = False
    contiguous: bool = False


def reading(view: View) -> Value:
    """Return what a view shows now."""
    trace, under = current(), view.parent.value
    if view.primitive is None:
        return under
    seen = trace.seen.get(view)
    if seen is not None and seen[0] is under:
        return seen[1]
    operands = [trace.operand(index) for index in view.indices]
    with trace.builder.at(trace.place(), trace.builder.phase):
        value = trace.note(trace.builder.one(view.primitive, under, *operands, **view.attrs))
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


def fresh(array: Any) -> Any:
    """Return a copy: another name for now, with a storage of its own, which is of the block at hand."""
    return copied(like(current().emit(alias, array), array))


def now(array: TracedArray) -> Any:
    """Return what an array holds now, for one expression: nobody stores into it."""
    return copied(current().rewrap(array.value))


def detached(made: Any) -> Any:
    """Return a view that was just made as an array of its own, in C order."""
    current().made[made.latest] = "C"
    return current().rewrap(made.latest)


def like(made: Any, array: TracedArray) -> Any:
    """Return a new array whose axes lie in memory as those of another one do."""
    current().made[made.value] = array.value
    return made


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
        parent, made, getslice, lambda p: views.indexed(p, again, indices, offset), indices, spec=again
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
        parent, made, broadcasting.squeeze, lambda p: views.indexed(p, spec, (0,), offset), axes=axes
    )


def diagonal(parent: TracedArray, rows: Any, columns: Any) -> Any:
    """Return the elements at these places of the last two axes: a view that cannot be written to."""
    dims = parent.aval.shape
    spec = (*map(full_slice, dims[:-2]), At(1, checked=True), At(2, checked=True))
    first, indices = (*spec[:-2], At(1), At(2)), (rows, columns)
    made = current().emit(getitem, parent, *indices, spec=first)
    return _viewing(parent, made, getslice, views.nowhere, indices, readonly=True, spec=spec)


def whole_diagonal(parent: TracedArray) -> Any:
    """Return the diagonal of a square matrix: a view that cannot be written to."""
    made = current().emit(triangles.diagonal, parent)
    return _viewing(parent, made, triangles.diagonal, views.nowhere, readonly=True)


def reshaped(parent: TracedArray, shape: tuple[Size, ...], *, contiguous: bool = False) -> Any:
    """Return the view in another shape: a base of its own, written back in the old shape."""
    made = current().emit(shapes.reshape, parent, shape=shape)
    same = tuple(shape) == tuple(parent.aval.shape)
    place = views.unchanged if same else views.nowhere
    view = _viewing(parent, made, shapes.reshape, place, contiguous=contiguous, shape=shape)
    return _perhaps(view, certain=same and not contiguous)


def unmoved(array: TracedArray, primitive: Primitive) -> Any:
    """Return the array itself as the primitive shows it: `bp.stop_gradient`."""
    made = current().emit(primitive, array)
    return _viewing(array, made, primitive, views.unchanged)


def contiguous(array: TracedArray) -> Any:
    """Return the array, or a copy where it is not contiguous."""
    made = current().rewrap(array.value)
    made.owned.copied = "C"
    return _perhaps(_viewing(array, made, None, views.unchanged, contiguous=True), certain=False)


def _perhaps(made: Any, *, certain: bool) -> Any:
    """Return a reference that is a view or a copy, as the layout says, once something is stored."""
    if not certain:
        current().reshapes.append(weakref.ref(made))
    return made


def broadcast(parent: TracedArray, shape: tuple[Size, ...]) -> Any:
    """Return the view with elements repeated, which cannot be written to."""
    made = current().emit(broadcasting.broadcast_to, parent, shape=shape)
    return _viewing(parent, made, broadcasting.broadcast_to, views.nowhere, readonly=True, shape=shape)


def _viewing(
    parent: TracedArray, made: Any, primitive: Primitive | None, place: Callable[[Place], Place | None],
    indices: Indices = (), *, readonly: bool = False, contiguous: bool = False, **attrs: Any,
) -> Any:  # fmt: skip
    value = made.value
    readonly = readonly or (parent.view is not None and parent.view.readonly)
    view = View(parent, primitive, tuple(indices), attrs, made.aval, place, readonly, contiguous)
    current().seen[view] = parent.value, value
    made.view = view
    return made


def offset(item: At, index: Any, within: Slice) -> Fixed:
    """Return an index into a part of an axis as one into the axis."""
    if (within.start, within.step, within.given) == (0, 1, (None, None, None)):
        return Fixed(index, item.proven, item.checked)
    if item.proven is not None:
        place = within.start + within.step * item.proven
        return Fixed(size_as_value(place), place)
    if within.step > 0:
        return Fixed(index, checked=item.checked, within=within)
    trace = current()
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
