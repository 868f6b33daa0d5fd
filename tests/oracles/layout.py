"""Arrays with the memory layout of another: whether a reshape is a view, to store through, hangs on it."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def empty_like(value: Array, dtype: Any) -> Array:
    """Return a new array of that shape and those strides, in elements; overlapping ones become contiguous."""
    steps = [stride // value.itemsize for stride in value.strides]
    if value.size == 0 or 0 in steps or any(stride % value.itemsize for stride in value.strides):
        return np.empty_like(value, dtype=dtype, subok=False)
    reach = [step * (size - 1) for step, size in zip(steps, value.shape, strict=True)]
    before, after = -sum(min(r, 0) for r in reach), sum(max(r, 0) for r in reach)
    memory = np.empty(before + after + 1, dtype=dtype)
    strides = [step * memory.itemsize for step in steps]
    return np.lib.stride_tricks.as_strided(memory[before:], value.shape, strides)


def copy(value: Any) -> Any:
    """Return an array's copy, layout and all; anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    same = empty_like(value, value.dtype)
    same[...] = value
    return same
