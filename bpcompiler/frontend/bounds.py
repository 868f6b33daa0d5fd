"""Indices and the bounds of slices: decided by the call at hand where it can, else at run time.

Sizes that differ from turn to turn of a loop, or depend on data, are decided by their form and by what is
known in the block: `u[i - 1]` in `for i in range(1, n)` is in bounds. An index of which that is not known is
checked at run time; the bounds of a slice are clamped at run time, so that its length is exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler.errors import out_of_bounds
from bpcompiler.frontend.operators import size_of
from bpcompiler.frontend.trace import Trace, Traced
from bpcompiler.ir import sizes
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives.indexing import Slice
from bpcompiler.primitives.regions import as_size


def in_bounds(trace: Trace, index: Size, axis: int, size: Size) -> Size | None:
    """Return the index counted from 0, or None where only the run can tell.

    `k < len(means)` is in bounds of `weights` as well if `len(means) <= len(weights)`: where the call at hand
    has it so, that becomes an assumption.

    Raises IndexOutOfBoundsError as NumPy does.
    """
    decisions = trace.decisions
    if not decisions.decidable(index, size):
        return _known_in_bounds(trace, index, size)
    counted = index + size if decisions.less(index, 0) else index
    if decisions.less(counted, 0) or not decisions.less(counted, size):
        number, length = decisions.value(index), decisions.value(size)
        raise out_of_bounds(number, axis, length, trace.place())
    return counted


def _known_in_bounds(trace: Trace, index: Size, size: Size) -> Size | None:
    less = trace.decisions.known_less
    negative = less(index, 0)
    if negative is None:
        return None
    counted = index + size if negative else index
    provided = trace.decisions.provided
    return counted if provided(counted) and provided(size - 1 - counted) else None


def slice_of(trace: Trace, item: slice, size: Size) -> Slice:
    """Return a slice of an axis of this size, as Python's slice.indices has it."""
    start, stop = _bound(trace, item.start), _bound(trace, item.stop)
    step = _bound(trace, item.step)
    step = 1 if step is None else trace.decisions.number(step)
    if step == 0:
        raise ValueError("slice step cannot be zero")
    lowest, highest = (0, size) if step > 0 else (-1, size - 1)
    first = _clamp(trace, start, size, lowest, highest, lowest if step > 0 else highest)
    last = _clamp(trace, stop, size, lowest, highest, highest if step > 0 else lowest)
    length = _length(trace, first, last, step)
    return Slice(
        first if length != 0 else 0, length, step, (start, stop, None if item.step is None else step)
    )


def _bound(trace: Trace, value: Any) -> Any:
    """Return a slice's bound as a size: of an integer that depends on data, a new symbol."""
    if value is None:
        return None
    size = size_of(value)
    if size is not None:
        return size
    if isinstance(value, Traced):
        return _named(trace, value)
    if isinstance(value, np.integer):
        return int(value)
    raise TypeError("slice indices must be integers or None or have an __index__ method")


def _named(trace: Trace, value: Traced) -> Size:
    aval = value.aval
    if not isinstance(aval, Scalar) or aval.dtype is not INT64:
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    name = trace.builder.names.get(value.value, "k")
    symbol = Symbol(f"{name}#{next(trace.numbers)}", nonnegative=False)
    found = trace.emit(as_size, value, symbol=symbol).aval.size
    assert found is not None
    return found  # type: ignore[no-any-return]


def _clamp(trace: Trace, bound: Any, size: Size, lowest: Size, highest: Size, default: Size) -> Size:
    """Return a bound as Python's slice.indices does."""
    if bound is None:
        return default
    if not trace.decisions.decidable(bound, size):
        return _clamp_at_run_time(trace, bound, size, lowest, highest)
    less = trace.decisions.less
    counted: Size = bound + size if less(bound, 0) else bound
    if less(counted, lowest):
        return lowest
    return highest if less(highest, counted) else counted


def _less(trace: Trace, left: Size, right: Size) -> bool | None:
    decisions = trace.decisions
    if decisions.decidable(left, right):
        return decisions.less(left, right)
    return decisions.known_less(left, right)


def _clamp_at_run_time(trace: Trace, bound: Size, size: Size, lowest: Size, highest: Size) -> Size:
    negative = trace.decisions.known_less(bound, 0)
    # 1 where the bound is negative, else 0
    wraps: Size = sizes.minimum(1, sizes.maximum(0, -bound)) if negative is None else int(negative)
    counted = bound + size * wraps
    return _at_least(trace, lowest, _at_most(trace, highest, counted))


def _at_least(trace: Trace, lowest: Size, value: Size) -> Size:
    known = trace.decisions.known_less(value, lowest)
    return sizes.maximum(lowest, value) if known is None else lowest if known else value


def _at_most(trace: Trace, highest: Size, value: Size) -> Size:
    known = trace.decisions.known_less(highest, value)
    return sizes.minimum(highest, value) if known is None else highest if known else value


def _length(trace: Trace, first: Size, last: Size, step: int) -> Size:
    distance = last - first if step > 0 else first - last
    negative = _less(trace, distance, 0)
    if negative:
        return 0
    distance = sizes.maximum(0, distance) if negative is None else distance
    return sizes.floordiv(distance + abs(step) - 1, abs(step))
