"""Other arguments for a program that has been traced: other numbers, integers and sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.oracles import layout

Args = tuple[Any, ...]


def others(args: Args) -> Iterator[Args]:
    """Yield other arguments of the same kinds: twice the same integers and sizes, twice others."""
    yield tuple(_like(arg, _turned_over(arg)) for arg in args)
    yield tuple(_like(arg, _small(arg)) for arg in args)
    yield tuple((arg + 2) % 5 if isinstance(arg, int) else _like(arg, _small(arg)) for arg in args)
    for change in (1, -1):
        yield tuple(_resized(arg, change) for arg in args)


def _turned_over(arg: Any) -> Any:
    return 0.137 - 0.9 * np.flip(arg)


def _small(arg: Any) -> Any:
    return 0.3 * arg + 0.211 * np.cos(np.arange(np.size(arg)) + 1.0).reshape(np.shape(arg))


def _like(arg: Any, numbers: Any) -> Any:
    """Return numbers in the memory layout of an argument; what is no float as it is."""
    if not isinstance(arg, np.ndarray):
        return float(numbers) if isinstance(arg, float) else arg
    same = layout.copy(arg)
    same[...] = numbers
    return same


def _resized(arg: Any, change: int) -> Any:
    """Return an array with each of its sizes one more or less, an integer one more."""
    if not isinstance(arg, np.ndarray):
        return arg + 1 if isinstance(arg, int) and change > 0 else arg
    shape = tuple(max(size + change, 0) for size in arg.shape)
    return np.cos(np.arange(np.prod(shape)) * 1.7 + 0.3).reshape(shape)
