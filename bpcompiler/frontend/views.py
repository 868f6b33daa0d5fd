"""Where the elements of a view lie in the array that it is a view of.

    Place ::= (Fixed | Slice) for each axis of the base; for each axis of the view, the base's, or None: new

Rows, slices with steps, transposes, new axes and views of such views are one place each. `indexed` and
`permuted` compose; a reshape has no place: it is a base of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpcompiler.ir.sizes import Size
from bpcompiler.primitives.indexing import At, Item, NewAxis, Slice, Spec, full_slice, is_full

Shape = tuple[Size, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """An axis of the base at one index, ordinary or traced; the others are those of `At`."""

    index: Any
    proven: Size | None = None
    checked: bool = False
    within: Slice | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """See the module's docstring."""

    axes: tuple[Fixed | Slice, ...]
    order: tuple[int | None, ...]


def whole(shape: Shape) -> Place:
    """Return the place of a whole array."""
    return Place(tuple(map(full_slice, shape)), tuple(range(len(shape))))


def is_whole(place: Place, shape: Shape) -> bool:
    """Return whether the place is that of a whole array of this shape."""
    full = all(
        not isinstance(a, Fixed) and is_full(a, size) for a, size in zip(place.axes, shape, strict=True)
    )
    return full and place.order == tuple(range(len(shape)))


def shape_of(place: Place) -> Shape:
    """Return the shape of the view."""
    return tuple(1 if axis is None else _slice_at(place, axis).length for axis in place.order)


def nowhere(place: Place) -> None:
    """Return None: what is read from an array with this place is a base of its own."""


def unchanged(place: Place) -> Place:
    """Return the place: the view is the array itself."""
    return place


def expanded(place: Place, axes: Sequence[int]) -> Place:
    """Return the place of a view with new axes."""
    old = iter(place.order)
    count = len(place.order) + len(axes)
    return replace(place, order=tuple(None if axis in axes else next(old) for axis in range(count)))


def permuted(place: Place, permutation: Sequence[int]) -> Place:
    """Return the place of a transposed view."""
    return replace(place, order=tuple(place.order[axis] for axis in permutation))


def indexed(place: Place, spec: Spec, indices: Sequence[Any], offset: Callable[..., Any]) -> Place | None:
    """Return the place of `view[spec]`, or None where it has none. No index is an array.

    `offset(item, index, slice)` returns the Fixed of an index into a part of an axis, given the slice.
    """
    axes, order = list(place.axes), list(place.order)
    left: list[int | None] = []
    for item in spec:
        if isinstance(item, NewAxis):
            left.append(None)
            continue
        axis = order.pop(0)
        if axis is None:
            if isinstance(item, Slice) and item.length != 1:
                return None
        elif isinstance(item, Slice):
            axes[axis] = within(_slice_at(place, axis), item)
        else:
            axes[axis] = offset(item, indices[item.operand - 1], _slice_at(place, axis))
        left += [axis] if isinstance(item, Slice) else []
    return Place(tuple(axes), tuple(left))


def within(outer: Slice, inner: Slice) -> Slice:
    """Return the slice that `x[outer][inner]` is of x."""
    if outer.start == 0 and outer.step == 1 and outer.given == (None, None, None):
        return inner
    if inner.start == 0 and inner.step == 1 and inner.length == outer.length:
        return outer
    both = sliced(outer.start + outer.step * inner.start, inner.length, outer.step * inner.step)
    open_ended = outer.given[1] is inner.given[1] is None and inner.length != 0  # an empty one starts at 0
    if open_ended and outer.step > 0 and inner.step > 0:
        return replace(both, given=(both.given[0], None, both.given[2]))
    return both


def sliced(start: Size, length: Size, step: int) -> Slice:
    """Return a slice that counts up as written; one that counts down is for `upwards`."""
    given = (None if start == 0 else start, start + length * step, None if step == 1 else step)
    return Slice(start, length, step, given)


def upwards(item: Slice) -> Slice:
    """Return the same elements in the order of memory."""
    return (
        item if item.step > 0 else sliced(item.start + (item.length - 1) * item.step, item.length, -item.step)
    )


def spec_of(place: Place, shape: Shape) -> tuple[list[Item], list[Any], list[int]]:
    """Return the spec that selects the view's elements in the base, its indices, and the axes to flip."""
    spec: list[Item] = []
    indices: list[Any] = []
    flipped: list[int] = []
    for axis, item in enumerate(place.axes):
        if isinstance(item, Fixed):
            indices.append(item.index)
            spec.append(At(len(indices), item.proven, item.checked and item.proven is None, item.within))
            continue
        if item.step < 0:
            flipped.append(axis)
        spec.append(upwards(item))
    return spec, indices, flipped


def _slice_at(place: Place, axis: int) -> Slice:
    found = place.axes[axis]
    assert isinstance(found, Slice)
    return found
