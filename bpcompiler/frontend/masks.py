"""Masks as indices: `x[mask]` for a mask whose elements are not known while tracing.

How many elements a mask selects depends on data, so `x[mask]` is no array of the program. It is a
`Selection`: all elements, and the mask. Elementwise operations go on all of them, sums count the selected
ones, a store `a[mask] = ...` leaves the others as they are. All else is an error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partialmethod
from typing import Any, NoReturn

import numpy as np

from bpcompiler.errors import IndexOutOfBoundsError, UnsupportedError
from bpcompiler.frontend import references, writing
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Value
from bpcompiler.ir.types import BOOL, Array, Aval, DType
from bpcompiler.primitives import broadcasting, piecewise

Operation = Callable[..., Any]
REMEDY = "use np.where(mask, x, 0.0), or the integers np.flatnonzero(mask), computed outside"


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A mask in a key: `shaped` goes with the elements of the part that the key's other items select.

    `rows`: how many axes stand behind those of the mask. `flat`: the mask takes all axes.
    """

    given: Value
    shaped: Any
    rows: int
    flat: bool

    def same(self, other: Mask) -> bool:
        """Return whether both select the same elements, as far as can be seen."""
        return (self.rows, self.flat) == (other.rows, other.flat) and _equal(self.given, other.given)


class Selection(Traced):
    """What `x[mask]` is. `full`: all elements, in an array of its own."""

    __slots__ = ("full", "mask")
    selects = True
    storage = view = None

    def __init__(self, full: Any, mask: Mask) -> None:
        self.full, self.mask = full, mask

    @property
    def value(self) -> Value:  # type: ignore[override]
        """Raise UnsupportedError: there is no such value."""
        raise refused()

    @property
    def latest(self) -> Value:
        """What all elements are, for a name."""
        return Value(self.full.aval)

    @property
    def aval(self) -> Aval:
        """Raise UnsupportedError: the shape depends on data."""
        raise refused()

    @property
    def dtype(self) -> Any:
        """The elements' type."""
        return self.full.dtype

    @property
    def size(self) -> Any:
        """How many elements are selected."""
        shape = self.full.aval.shape
        mask = self.mask.shaped
        wide = mask if self.mask.flat else references.broadcast(mask, shape)
        return current().emit(broadcasting.sum, wide, axes=tuple(range(len(shape))), keepdims=False)

    @property
    def shape(self) -> tuple[Any, ...]:
        """The number of the selected elements."""
        self._refuse_parts(0)
        return (self.size,)

    def sum(self, axis: Any = None, **kwargs: Any) -> Any:
        """Return the sum of the selected elements."""
        self._refuse_parts(axis)
        if kwargs:
            raise refused()
        nothing = np.dtype(self.full.aval.dtype.value).type(0)
        kept = current().elementwise(piecewise.select, self.mask.shaped, self.full, nothing)
        every = tuple(range(len(kept.aval.shape)))
        return current().emit(broadcasting.sum, kept, axes=every, keepdims=False)

    def mean(self, axis: Any = None, **kwargs: Any) -> Any:
        """Return the mean of the selected elements."""
        return self.sum(axis, **kwargs) / self.size

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Return a copy."""
        return Selection(references.fresh(self.full), self.mask)

    __copy__ = copy

    def astype(self, dtype: Any, **kwargs: Any) -> Any:
        """Return the elements as another type."""
        return Selection(self.full.astype(dtype), self.mask)

    def _refuse_parts(self, axis: Any) -> None:
        """Refuse an axis, unless the selected elements have one only."""
        if axis is not None and not (self.mask.flat and axis in (0, -1)):
            raise refused()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise refused()

    def __getitem__(self, key: Any) -> NoReturn:
        raise refused()

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise refused()

    def __iter__(self) -> Iterator[Any]:
        raise refused()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy calls this where native code applies a ufunc."""
        handler = current().handler(ufunc)
        if method != "__call__" or handler is None:
            raise refused()
        return handler(*inputs, **kwargs)


def refused() -> UnsupportedError:
    """Return the error for what cannot be done with an unknown number of elements."""
    text = "a mask as an index: the result's size would depend on data"
    return UnsupportedError(text, remedy=REMEDY, origin=current().place())


def lift(operation: Operation, *operands: Any) -> Any:
    """Return an elementwise operation on selections by one mask, and on numbers, as a selection."""
    first = next(each for each in operands if isinstance(each, Selection))
    full = [_full(each, first) for each in operands]
    if any(each is NotImplemented for each in full):
        raise refused()
    return Selection(operation(*full), first.mask)


def _full(operand: Any, like: Selection) -> Any:
    """Return what goes with all elements of a selection; NotImplemented for another number of elements."""
    if isinstance(operand, Selection):
        return operand.full if operand.mask.same(like.mask) else NotImplemented
    ndim = len(current().operand(operand).aval.shape)
    return operand if ndim <= like.mask.rows else NotImplemented


def _equal(one: Value, other: Value) -> bool:
    """Return whether two values are one, or made of the same values in the same way."""
    if one is other:
        return True
    made = {output: eqn for eqn in current().builder.equations for output in eqn.outputs}
    left, right = made.get(one), made.get(other)
    if left is None or right is None or left.primitive is not right.primitive or left.blocks or right.blocks:
        return False
    if dict(left.attrs) != dict(right.attrs):
        return False
    return all(
        _equal(a, b) if isinstance(a, Value) and isinstance(b, Value) else a == b
        for a, b in zip(left.operands, right.operands, strict=True)
    )


def lifted(handler: Operation) -> Operation:
    """Return the handler of an elementwise function, for selections too."""

    def apply(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(each, Selection) for each in args):
            return lift(lambda *full: handler(*full, **kwargs), *args)
        return handler(*args, **kwargs)

    return apply


def reduced(handler: Operation, name: str) -> Operation:
    """Return the handler of a reduction, which selections answer by their method."""

    def apply(a: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(a, name)(*args, **kwargs) if isinstance(a, Selection) else handler(a, *args, **kwargs)

    return apply


def answered(handler: Operation, name: str) -> Operation:
    """Return the handler of a function that selections answer by an attribute."""

    def apply(a: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(a, name) if isinstance(a, Selection) else handler(a, *args, **kwargs)

    return apply


def _operator(operation: Operation, *, swapped: bool = False) -> Operation:
    def method(self: Selection, other: Any) -> Any:
        return lift(operation, *((other, self) if swapped else (self, other)))

    return method


def _inplace(operation: Operation) -> Operation:
    def method(self: Selection, other: Any) -> Any:
        lift(operation, self, other)
        return self

    return method


def _on(selection: Selection, operation: Operation) -> Any:
    return lift(operation, selection)


_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
for _name in _BINARY:
    _plain = getattr(operator, f"__{_name}__")
    setattr(Selection, f"__{_name}__", _operator(_plain))
    setattr(Selection, f"__r{_name}__", _operator(_plain, swapped=True))
    setattr(Selection, f"__i{_name}__", _inplace(getattr(operator, f"__i{_name}__")))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Selection, f"__{_name}__", _operator(getattr(operator, f"__{_name}__")))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Selection, f"__{_name}__", partialmethod(_on, getattr(operator, f"__{_name}__")))


def is_mask(item: Any) -> bool:
    """Return whether an item of a key is a mask that the program computes."""
    return isinstance(item, Traced) and isinstance(item.aval, Array) and item.aval.dtype is BOOL


def among(items: Sequence[Any]) -> bool:
    """Return whether there is a mask among the items of a key."""
    return any(map(is_mask, items))


def split(array: Any, items: Sequence[Any]) -> tuple[Any, Mask]:
    """Return the part of the array that a key's other items select, and the mask.

    `items` has one item for each axis but the mask, which stands for as many as it has dimensions.
    """
    places = [i for i, item in enumerate(items) if is_mask(item)]
    place, rest = places[0], [item for item in items if not is_mask(item)]
    if len(places) > 1 or any(getattr(item, "shape", ()) or isinstance(item, list) for item in rest):
        raise refused()
    mask = items[place]
    count = len(mask.aval.shape)
    axis = sum(item is not None for item in items[:place])
    _require_shape(mask, array.aval.shape[axis : axis + count], axis)
    part = array[(*items[:place], *(slice(None),) * count, *items[place + 1 :])]
    rows = sum(item is None or isinstance(item, slice) for item in items[place + 1 :])
    shaped = mask[(..., *(None,) * rows)] if rows else mask
    return part, Mask(mask.value, shaped, rows, flat=len(part.aval.shape) == count)


def _require_shape(mask: Any, dims: tuple[Any, ...], axis: int) -> None:
    trace = current()
    for i, (size, wanted) in enumerate(zip(mask.aval.shape, dims, strict=True)):
        if not trace.decisions.equal(size, wanted):
            found, expected = trace.decisions.value(size), trace.decisions.value(wanted)
            raise IndexOutOfBoundsError(
                f"boolean index did not match indexed array along axis {axis + i}; size of axis is "
                f"{expected} but size of corresponding boolean axis is {found}",
                origin=trace.place(),
            )


def select(array: Any, items: Sequence[Any]) -> Selection:
    """Return `array[items]`."""
    part, mask = split(array, items)
    return Selection(references.fresh(part), mask)


def store(part: Any, mask: Mask, value: Any, dtype: DType) -> None:
    """Run `part[mask] = value`: for numbers, rows, and selections by the same mask."""
    trace = current()
    given = _full(value, Selection(part, mask))
    if given is NotImplemented:
        raise UnsupportedError(
            "as many values as a mask selects: their number would depend on data",
            remedy="write a[mask] = b[mask] with an array b of a's shape",
            origin=trace.place(),
        )
    given = writing.converted(given, dtype)
    writing.replace(part, trace.elementwise(piecewise.select, mask.shaped, given, part))
