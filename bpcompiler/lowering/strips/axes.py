"""The long axis of arrays, and their shapes in a strip: without it, and with the strip's part of it last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Aval


@dataclass(frozen=True, slots=True)
class Axis:
    """The axes whose size is `size`; of several of an array the last one."""

    size: Size

    def of(self, aval: Aval) -> int | None:
        """Return which axis of an array is long, or None."""
        return max((axis for axis, size in enumerate(aval.shape) if size == self.size), default=None)

    def is_in(self, aval: Aval) -> bool:
        """Return whether an axis is long."""
        return self.size in aval.shape

    def is_twice_in(self, aval: Aval) -> bool:
        """Return whether several axes are."""
        return aval.shape.count(self.size) > 1


def moved(axis: int, last: int, ndim: int) -> int:
    """Return which axis it is when axis `last` goes to the end."""
    return ndim - 1 if axis == last else axis - (axis > last)


def moved_all(axes: Sequence[int], last: int, ndim: int) -> tuple[int, ...]:
    """Return which axes they are when axis `last` goes to the end, in order."""
    return tuple(sorted(moved(axis, last, ndim) for axis in axes))


def to_the_end(axis: int, ndim: int) -> tuple[int, ...]:
    """Return the permutation that moves an axis to the end."""
    return (*(each for each in range(ndim) if each != axis), axis)


def from_the_end(axis: int, ndim: int) -> tuple[int, ...]:
    """Return the permutation that moves the last axis there."""
    return (*range(axis), ndim - 1, *range(axis, ndim - 1))
