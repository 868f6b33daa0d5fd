"""How arrays lie in memory, as far as it matters: whether a reshape is a view, as NumPy decides it.

The strides of an array, in bytes, follow from how it was made: elementwise results keep the order of their
operands' axes, most others are in C order, views have the strides of their slices. They are sizes, as
dimensions are. What is not known is None; then a store that would show through a reshape is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.frontend.memory import layout_of
from bpcompiler.frontend.storage import Storage
from bpcompiler.frontend.trace import Trace, current
from bpcompiler.ir.equations import Equation, Operand, Primitive, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Aval
from bpcompiler.primitives import broadcasting, creation, order, products, random, reductions, shapes
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.indexing import At, NewAxis, add_at, getitem, getslice, has_arrays, is_full
from bpcompiler.primitives.stores import copy_array, setitem, setslice

if TYPE_CHECKING:
    from bpcompiler.frontend.tracers import TracedArray

Shape = Sequence[Size]
Strides = tuple[Size, ...]


class Unknown(Exception):  # noqa: N818 - no fault: an answer
    """The strides of an array, or their relation, are not known."""


def item_size(aval: Aval) -> int:
    """Return the bytes of an element."""
    return np.dtype(aval.dtype.value).itemsize


def in_order(aval: Aval, axes: Sequence[int] | None = None) -> Strides:
    """Return the strides of a dense array, its `axes` from the outermost to the innermost."""
    strides: list[Size] = [0] * len(aval.shape)
    step: Size = item_size(aval)
    for axis in reversed(range(len(aval.shape)) if axes is None else axes):
        strides[axis] = step
        step = step * aval.shape[axis]
    return tuple(strides)


# ------------------------------------------------------------------ decisions on sizes


def _equal(left: Size, right: Size) -> bool:
    decisions = current().decisions
    known = decisions.known_equal(left, right)
    if known is None and not decisions.decidable(left, right):
        raise Unknown
    return decisions.holds(left, right) if known is None else known


def _less(left: Size, right: Size) -> bool:
    decisions = current().decisions
    if decisions.known_less(left, right) is None and not decisions.decidable(left, right):
        raise Unknown
    return decisions.less(left, right)


# ------------------------------------------------------------------ strides


def strides_of(array: TracedArray) -> Strides:
    """Return the strides of an array. Raises Unknown."""
    view = array.view
    if view is None:
        return _of_storage(array.storage)
    parents = strides_of(view.parent)
    if view.primitive is None or isinstance(view.primitive, Elementwise):  # the elements as they lie
        return parents
    return _of_view(view.primitive, view.attrs, view.parent.aval, parents, view.aval)


def _of_storage(storage: Storage) -> Strides:
    aval = storage.initial.aval
    if storage.copied == "C":
        return in_order(aval)
    found = _of_value(storage.initial)
    return dense(aval, [found]) if storage.copied else found


def _of_value(value: Operand) -> Strides:
    trace = current()
    if not value.aval.shape:
        return ()
    made = trace.made.get(value) if isinstance(value, Value) else None
    if made == "C":
        return in_order(value.aval)
    if isinstance(made, Value):  # an array like that one
        return dense(value.aval, [_of_value(made)])
    if isinstance(made, Storage):  # a version of what it holds
        return _of_storage(made)
    if made is None:
        return _of_input(trace, value)
    return _of_equation(made, value.aval)


def _of_input(trace: Trace, value: Operand) -> Strides:
    storage = next((each for each in trace.arrays if each.initial is value), None)
    if storage is None:
        raise Unknown
    layout = trace.layouts.setdefault(storage, layout_of(storage.array))
    if isinstance(layout, tuple):
        return layout
    axes = range(len(value.aval.shape))
    return in_order(value.aval, axes if layout == "C" else tuple(reversed(axes)))


def _of_equation(eqn: Equation, aval: Aval) -> Strides:
    primitive, operands = eqn.primitive, eqn.operands
    if primitive in _IN_PLACE:
        return _of_value(operands[0])
    if primitive in _VIEWS and not _gathers(eqn):
        return _of_view(primitive, eqn.attrs, operands[0].aval, _of_value(operands[0]), aval)
    if primitive in _VIEWS and _rows_in_order(eqn):
        return in_order(aval)
    if isinstance(primitive, Elementwise) or primitive in _LIKE:
        arrays = [operand for operand in operands if operand.aval.shape]
        return dense(aval, [_spread(each.aval, _of_value(each), aval) for each in arrays])
    if primitive in _REDUCTIONS:
        return _reduced(eqn, aval)
    simple = len(aval.shape) == 1 or (primitive is products.matmul and len(aval.shape) <= 3)
    if simple or primitive in _FROM_NOTHING or (not _gathers(eqn) and _all_in_order(operands)):
        return in_order(aval)
    raise Unknown


def _all_in_order(operands: Sequence[Operand]) -> bool:
    arrays = [operand for operand in operands if operand.aval.shape]
    return all(is_dense(each.aval, _of_value(each)) for each in arrays)


def _gathers(eqn: Equation) -> bool:
    spec = eqn.attrs.get("spec", ())
    return has_arrays(spec, [operand.aval for operand in eqn.operands])


def _rows_in_order(eqn: Equation) -> bool:
    """Return whether rows are taken by one array of indices, from an array whose rows are in C order."""
    source, first, rest = eqn.operands[0], eqn.attrs["spec"][0], eqn.attrs["spec"][1:]
    if not isinstance(first, At) or not all(map(is_full, rest, source.aval.shape[1:])):
        return False
    row = Array(source.aval.dtype, source.aval.shape[1:])
    return dense(row, [_of_value(source)[1:]]) == in_order(row)


def _reduced(eqn: Equation, aval: Aval) -> Strides:
    axes, keeps = eqn.attrs["axes"], eqn.attrs["keepdims"]
    left = [0 if i in axes else s for i, s in enumerate(_of_value(eqn.operands[0])) if keeps or i not in axes]
    return dense(aval, [tuple(left)])


def _spread(aval: Aval, strides: Strides, wide: Aval) -> Strides:
    """Return the strides of an operand that is broadcast: 0 where it has one element only."""
    missing = len(wide.shape) - len(aval.shape)
    narrow = tuple(0 if size == 1 else step for size, step in zip(aval.shape, strides, strict=True))
    return (0,) * missing + narrow


def dense(aval: Aval, operands: Sequence[Strides]) -> Strides:
    """Return the strides of a new array: its axes are in the operands' order, as NumPy sorts them."""
    axes: list[int] = []
    for axis in reversed(range(len(aval.shape))):  # from the innermost
        place = len(axes)
        for position in reversed(range(len(axes))):
            verdict = _is_inside(axis, axes[position], operands)
            if verdict is False:
                break
            place = position if verdict else place
        axes.insert(place, axis)
    return in_order(aval, axes[::-1])


def _is_inside(axis: int, other: int, operands: Sequence[Strides]) -> bool | None:
    """Return whether an axis belongs inside another one; None where no operand has both."""
    found: bool | None = None
    for strides in operands:
        if strides[axis] == 0 or strides[other] == 0:
            continue
        smaller = _less(_absolute(strides[axis]), _absolute(strides[other]))
        found = False if not smaller else True if found is None else found
    return found


def _absolute(stride: Size) -> Size:
    return -stride if _less(stride, 0) else stride


def is_dense(aval: Aval, strides: Strides) -> bool:
    """Return whether an array is contiguous in C order."""
    if any(_equal(size, 0) for size in aval.shape):
        return True
    wanted = zip(aval.shape, strides, in_order(aval), strict=True)
    return all(_equal(size, 1) or _equal(step, given) for size, given, step in wanted)


# ------------------------------------------------------------------ views


def _of_view(primitive: Primitive, attrs: Any, aval: Aval, strides: Strides, made: Aval) -> Strides:
    if primitive is shapes.transpose:
        return tuple(strides[axis] for axis in attrs["permutation"])
    if primitive is broadcasting.squeeze:
        return tuple(step for axis, step in enumerate(strides) if axis not in attrs["axes"])
    if primitive is broadcasting.expand_dims:
        old = iter(strides)
        return tuple(0 if axis in attrs["axes"] else next(old) for axis in range(len(made.shape)))
    if primitive is broadcasting.broadcast_to:
        return _spread(aval, strides, made)
    if primitive is shapes.reshape:
        return in_another_shape(aval, strides, made) or in_order(made)
    return _of_spec(attrs["spec"], strides)


def _of_spec(spec: Any, strides: Strides) -> Strides:
    steps = iter(strides)
    found: list[Size] = []
    for item in spec:
        if isinstance(item, NewAxis):
            found.append(0)
            continue
        step = next(steps)
        if not isinstance(item, At):
            found.append(step * item.step)
    return tuple(found)


def in_another_shape(aval: Aval, strides: Strides, wanted: Aval) -> Strides | None:
    """Return the strides of a reshaped view, or None where NumPy makes a copy."""
    if tuple(aval.shape) == tuple(wanted.shape):
        return strides
    if any(_equal(size, 0) for size in aval.shape):
        return in_order(wanted)
    kept = [i for i, size in enumerate(aval.shape) if not _equal(size, 1)]
    old, steps = [aval.shape[i] for i in kept], [strides[i] for i in kept]
    return _matched(old, steps, list(wanted.shape), item_size(aval))


def _matched(old: list[Size], steps: list[Size], new: list[Size], item: int) -> Strides | None:
    """Match runs of old axes with runs of new ones of as many elements: each old run must be contiguous."""
    found: list[Size] = []
    i = 0
    while i < len(old) and len(found) < len(new):
        first, run = i, len(found)
        total, wanted = old[i], new[run]
        last = run
        while not _equal(total, wanted):
            if _less(wanted, total):
                last += 1
                wanted = wanted * new[last]
            else:
                i += 1
                total = total * old[i]
        if any(not _equal(steps[k], old[k + 1] * steps[k + 1]) for k in range(first, i)):
            return None
        found += _steps(new[run : last + 1], steps[i])
        i += 1
    rest = found[-1] if found else item
    return (*found, *(rest for _ in new[len(found) :]))


def _steps(sizes: list[Size], innermost: Size) -> list[Size]:
    steps = [innermost]
    for size in reversed(sizes[1:]):
        steps.insert(0, steps[0] * size)
    return steps


_IN_PLACE = {setitem, setslice, add_at}
_VIEWS = {
    shapes.transpose, shapes.reshape, broadcasting.squeeze, broadcasting.expand_dims,
    broadcasting.broadcast_to,
    getslice, getitem,
}  # fmt: skip
_LIKE = {creation.zeros_like, copy_array, order.cumsum}
_REDUCTIONS = {broadcasting.sum, reductions.mean, reductions.amax, reductions.amin}
_FROM_NOTHING = {
    creation.zeros, creation.ones, creation.full, creation.eye, creation.arange, creation.constant,
    *random.FAMILY,
}  # fmt: skip
