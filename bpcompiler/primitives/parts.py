"""A part of a part of an array as one part of it: `x[1:][i]` is `x[1 + i]`, `x.T[i, j]` is `x[j, i]`.

An index that may count from the end of the part stays an index into that: `At.within`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Equation, Literal, Operand, literal
from bpcompiler.ir.sizes import Size, is_nonnegative
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.primitives.broadcasting import expand_dims, squeeze
from bpcompiler.primitives.indexing import (
    At,
    Item,
    NewAxis,
    Slice,
    Spec,
    full_slice,
    getitem,
    getslice,
    has_arrays,
    is_full,
)
from bpcompiler.primitives.piecewise import alias
from bpcompiler.primitives.shapes import reshape, transpose

AsOperand = Callable[[Size], Operand]


@dataclass(frozen=True, slots=True)
class Part:
    """A spec with its indices. `moved`: which axis of what was asked for each axis of it is."""

    spec: Spec
    indices: tuple[Operand, ...]
    moved: tuple[int, ...] | None = None


def is_view(eqn: Equation) -> bool:
    """Return whether an equation shows elements of its first operand, each once, and no single number."""
    if not eqn.operands or not eqn.outputs:
        return False
    if not isinstance(eqn.operands[0].aval, Array) or not isinstance(eqn.outputs[0].aval, Array):
        return False
    if eqn.primitive in (getitem, getslice):
        return not has_arrays(eqn.attrs["spec"], [operand.aval for operand in eqn.operands])
    return eqn.primitive in (alias, transpose, expand_dims, squeeze, reshape)


def through(view: Equation, part: Part, as_operand: AsOperand) -> Part | None:
    """Return what a part of a view is of what it is a view of; None where that is no part.

    Its indices are in bounds. `as_operand` makes a size an operand.
    """
    if view.primitive is transpose:
        return _transposed(part, view.attrs["permutation"])
    if view.primitive is reshape:
        return _reshaped(part, view.output.aval.shape, view.operands[0].aval.shape, as_operand)
    return composed(_as_part(view), view.operands[0].aval.shape, part, as_operand)


def composed(outer: Part, shape: Sequence[Size], inner: Part, as_operand: AsOperand) -> Part | None:
    """Return the part that `inner` is, of the part `outer` of an array of this shape."""
    made = _Composition(as_operand)
    asked, axes = list(inner.spec), iter(shape)
    for item in outer.spec:
        size = 1 if isinstance(item, NewAxis) else next(axes)
        if isinstance(item, At):
            made.index(item, outer.indices)
            continue
        while asked and isinstance(asked[0], NewAxis):
            made.spec.append(asked.pop(0))
        if not asked or not made.part(item, size, asked.pop(0), inner.indices):
            return None
    return Part((*made.spec, *asked), tuple(made.indices), inner.moved)


class _Composition:
    def __init__(self, as_operand: AsOperand) -> None:
        self.as_operand = as_operand
        self.spec: list[Item] = []
        self.indices: list[Operand] = []

    def index(self, item: At, indices: Sequence[Operand]) -> None:
        """Add an index as it is."""
        self.indices.append(indices[item.operand - 1])
        self.spec.append(replace(item, operand=len(self.indices)))

    def part(self, outer: Item, size: Size, inner: Item, indices: Sequence[Operand]) -> bool:
        """Add what is taken of a part of an axis; return whether that can be said."""
        if not isinstance(outer, Slice):  # of a new axis
            self.spec += [] if isinstance(inner, At) else [NewAxis()]
            return isinstance(inner, At) or (isinstance(inner, Slice) and is_full(inner, 1))
        if isinstance(inner, At):
            return self._index_within(outer, size, inner, indices)
        found = within(outer, inner, size) if isinstance(inner, Slice) else None
        self.spec += [found] if found is not None else []
        return found is not None

    def _index_within(self, outer: Slice, size: Size, inner: At, indices: Sequence[Operand]) -> bool:
        if is_full(outer, size):
            self.index(inner, indices)
        elif (counted := _counted(inner, indices, outer.length)) is not None:
            place = outer.start + outer.step * counted
            self.indices.append(self.as_operand(place))
            self.spec.append(At(len(self.indices), proven=place))
        else:
            part = outer if inner.within is None else within(outer, inner.within, size)
            self.index(replace(inner, within=part), indices)
            return part is not None
        return True


def _counted(item: At, indices: Sequence[Operand], length: Size) -> Size | None:
    """Return where an index points in a part of this length, if that is known as a size. It is in bounds."""
    if item.proven is not None or item.within is not None:
        return item.proven
    index = indices[item.operand - 1]
    if isinstance(index, Literal):
        return int(index.value) if index.value >= 0 else length + int(index.value)
    size = index.aval.size if isinstance(index.aval, Scalar) else None
    return size if size is not None and is_nonnegative(size) else None


def within(outer: Slice, inner: Slice, size: Size) -> Slice | None:
    """Return the slice that `x[outer][inner]` is of an axis of this size; None: one that counts down."""
    if is_full(outer, size):
        return inner
    if is_full(inner, outer.length):
        return outer
    step = outer.step * inner.step
    if outer.step < 0 or inner.step < 0:
        return None
    start = outer.start + outer.step * inner.start
    to_the_end = outer.given[1] is None and inner.given[1] is None and inner.length != 0  # that starts at 0
    stop = None if to_the_end else start + inner.length * step
    given = (None if start == 0 else start, stop, None if step == 1 else step)
    return Slice(start, inner.length, step, given)


def _as_part(view: Equation) -> Part:
    """Return a view, which is no transpose, as a part."""
    shape = view.operands[0].aval.shape
    if view.primitive in (getitem, getslice):
        return Part(view.attrs["spec"], view.operands[1:])
    if view.primitive is squeeze:
        axes = view.attrs["axes"]
        items = [At(1, proven=0) if i in axes else full_slice(size) for i, size in enumerate(shape)]
        return Part(tuple(items), (literal(0),))
    if view.primitive is expand_dims:
        own = iter(shape)
        count = len(shape) + len(view.attrs["axes"])
        wide = [NewAxis() if i in view.attrs["axes"] else full_slice(next(own)) for i in range(count)]
        return Part(tuple(wide), ())
    return Part(tuple(map(full_slice, shape)), ())


def _transposed(part: Part, permutation: Sequence[int]) -> Part | None:
    """Return the part of the array of which that of its transpose is asked."""
    if len(part.spec) != len(permutation) or any(isinstance(item, NewAxis) for item in part.spec):
        return None
    order = sorted(range(len(permutation)), key=permutation.__getitem__)
    kept = [axis for axis, item in enumerate(part.spec) if isinstance(item, Slice)]
    moved = [kept.index(axis) for axis in order if axis in kept]
    before = part.moved if part.moved is not None else range(len(kept))
    now = tuple(before[axis] for axis in moved)
    return Part(tuple(part.spec[axis] for axis in order), part.indices, now)


def _reshaped(
    part: Part, shape: Sequence[Size], before: Sequence[Size], as_operand: AsOperand
) -> Part | None:
    """Return the element of an array that is asked of it in another shape; None for what is no element."""
    flat: Size = 0
    for item, size in zip(part.spec, shape, strict=False):
        index = _counted(item, part.indices, size) if isinstance(item, At) else None
        if index is None:
            return None
        flat = flat * size + index
    places: list[Size] = []
    for axis, size in reversed([*enumerate(before)]):
        places.insert(0, sizes.mod(flat, size) if axis else flat)
        flat = sizes.floordiv(flat, size)
    spec = tuple(At(axis + 1, proven=place) for axis, place in enumerate(places))
    return Part(spec, tuple(map(as_operand, places)))
