"""What a `for` may run over as a loop: ranges, arrays, and `enumerate`, `zip`, `reversed` of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bpcompiler.frontend.grown import GrownList
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.operators import size_as_value, size_of
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir import sizes
from bpcompiler.ir.types import Array

Item = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """The turns of a loop: its index runs over a range, whose bounds may be traced; `item` is what it yields.

    Where it is iterated over by anything but a `for`, the call at hand decides how many turns there are.
    """

    start: Any
    stop: Any
    step: Any
    item: Item
    arrays: tuple[Any, ...] = ()  # what the items are read from

    def indices(self) -> range:
        """Return the indices as a range of the call at hand."""
        trace = current()
        bounds = (self.start, self.stop, self.step)
        return range(*(trace.static(b, "range()") if isinstance(b, Traced) else b for b in bounds))

    def is_ordinary(self) -> bool:
        """Return whether it is known while tracing how many turns there are."""
        return all(type(bound) is int for bound in (self.start, self.stop, self.step))

    def __iter__(self) -> Iterator[Any]:
        return map(self.item, self.indices())

    def thunks(self) -> Iterator[Callable[[], Any]]:
        """Return what reads each item, when it is its turn."""
        return (partial(self.item, index) for index in self.indices())

    def __len__(self) -> int:
        return len(self.indices())

    def __getitem__(self, index: Any) -> Any:
        found = self.indices()[index]
        return self.item(found) if isinstance(found, int) else found

    def __reversed__(self) -> Turns:
        if isinstance(self.start, int) and isinstance(self.step, int) and self.step == 1:
            return Turns(self.stop - 1, self.start - 1, -1, self.item, self.arrays)
        last = self.start + (count(self) - 1) * self.step
        return Turns(last, self.start - self.step, -self.step, self.item, self.arrays)

    def after_first(self) -> Turns:
        """Return the turns but the first."""
        return Turns(self.start + self.step, self.stop, self.step, self.item, self.arrays)


def itself(index: Any) -> Any:
    """Return what a range yields."""
    return index


def range_(*bounds: Any) -> Any:
    """`range` of traced integers: its turns, whose number the program decides."""
    whole = [_integer(bound) for bound in bounds]
    if not any(isinstance(bound, Traced) for bound in whole) or not 1 <= len(whole) <= 3:
        return range(*whole)
    start, stop = (0, whole[0]) if len(whole) == 1 else whole[:2]
    step = whole[2] if len(whole) == 3 else 1
    if not isinstance(step, Traced) and step == 0:
        raise ValueError("range() arg 3 must not be zero")
    return Turns(start, stop, step, itself)


def _integer(bound: Any) -> Any:
    if isinstance(bound, Traced) and (bound.aval.dtype.is_float or bound.aval.shape):
        raise needs_value(bound, "range()")
    return bound


def turns_of(value: Any, unroll: int) -> Turns | None:
    """Return the turns of a loop over a value; None for what unrolls: few turns, or a container."""
    turns = any_turns(value)
    if turns is None or (turns.is_ordinary() and len(turns) <= unroll):
        return None
    return turns


def any_turns(value: Any) -> Turns | None:
    """Return the turns of a range or array, however few."""
    if isinstance(value, Turns):
        return value
    if isinstance(value, range):
        return Turns(value.start, value.stop, value.step, itself)
    if isinstance(value, GrownList):
        return Turns(0, value.length(), 1, lambda index: value[index], (value.array,))
    if isinstance(value, (np.ndarray, Traced)) and _length(value) is not None:
        return _of_array(value, _length(value))
    return None


def _length(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return len(value) if value.ndim else None
    return value.aval.shape[0] if isinstance(value.aval, Array) and value.aval.shape else None


def _of_sequence(value: Any) -> Turns:
    """Return the turns over a Python sequence: to be unrolled, for it is indexed by numbers only."""

    def item(index: Any) -> Any:
        return value[
            current().static(index, "an index of a Python sequence") if isinstance(index, Traced) else index
        ]

    return Turns(0, len(value), 1, item)


def _of_array(value: Any, length: Any) -> Turns:
    trace = current()
    array: Any = value if isinstance(value, Traced) else trace.rewrap(trace.constant(value))
    return Turns(0, size_as_value(length), 1, lambda index: array[index], (array,))


def count(turns: Turns) -> Any:
    """Return how many turns there are, ordinary or traced."""
    distance = turns.stop - turns.start
    length = -((-distance) // turns.step) if not isinstance(turns.step, int) or turns.step != 1 else distance
    size = size_of(length)
    if size is not None:
        return size_as_value(sizes.maximum(size, 0))
    handler = current().handler(max)
    return handler(length, 0) if handler is not None else length


# ------------------------------------------------------------------ enumerate, zip, reversed


def parts_of(values: Sequence[Any]) -> list[Turns] | None:
    """Return the turns of several iterables; None unless all have turns, and one is long or an array."""
    if not any(
        isinstance(value, Traced | Turns) or turns_of(value, current().limits) is not None for value in values
    ):
        return None
    found = [_of_sequence(value) if isinstance(value, list | tuple) else any_turns(value) for value in values]
    return None if any(each is None for each in found) else found  # type: ignore[return-value]


def from_zero(turns: Turns) -> Turns:
    """Return the same turns with an index that counts from 0."""
    plain = type(turns.start) is int and turns.start == 0 and type(turns.step) is int and turns.step == 1
    if plain:
        return turns
    return Turns(0, count(turns), 1, lambda k: turns.item(turns.start + k * turns.step), turns.arrays)


def enumerated(turns: Turns, start: Any) -> Turns:
    """Return the turns of `enumerate`: pairs of a number and an item."""
    inner = from_zero(turns)
    number: Item = itself if type(start) is int and start == 0 else lambda k: k + start
    return Turns(0, inner.stop, 1, lambda k: (number(k), inner.item(k)), inner.arrays)


def zipped(parts: Sequence[Turns]) -> Turns:
    """Return the turns of `zip`: tuples of one item of each."""
    inner = [from_zero(each) for each in parts]
    stop = inner[0].stop
    for each in inner[1:]:
        stop = _shorter(stop, each.stop)
    arrays = tuple(array for each in inner for array in each.arrays)
    return Turns(0, stop, 1, lambda k: tuple(each.item(k) for each in inner), arrays)


def mapped(function: Callable[..., Any], parts: Sequence[Turns]) -> Turns:
    """Return the turns of `map`: what the function makes of one item of each."""
    turns = zipped(parts)
    return Turns(0, turns.stop, 1, lambda k: function(*turns.item(k)), turns.arrays)


def _shorter(one: Any, other: Any) -> Any:
    left, right = size_of(one), size_of(other)
    if left is not None and right is not None and current().decisions.dimensions(left, right):
        return (
            one if current().decisions.equal(left, right) or current().decisions.less(left, right) else other
        )
    handler = current().handler(min)
    return handler(one, other) if handler is not None else one
