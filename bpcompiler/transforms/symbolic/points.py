"""Where derivatives are tried: 64 fixed values an input, the ends of float64 among them."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from bpcompiler.transforms.symbolic.evaluate import Floats

_NEAR_ONE = (1 - 1e-9, 1 + 1e-9)  # the ends of arcsin and arccosh
_ENDS = (0.0, 1e-300, 1e-160, 1e-17, 1e-8, *_NEAR_ONE, 20.0, 37.5, 350.0, 745.5, 800.0, 1e8, 1e154, 1e300)
_GOLDEN = 0.6180339887498949
EVERYDAY = 32  # the first points of each input's 64 are everyday values


@cache
def values_of_one_input() -> Floats:
    """Return 64 values: 32 everyday ones (positive, near 0, negative), then the ends of the range."""
    fractions = (np.arange(1, 29) * _GOLDEN) % 1.0
    everyday = np.concatenate([0.05 + 0.9 * fractions[:12], 1 + 3 * fractions[12:18], -3 * fractions[18:28]])
    ends = [sign * end for end in _ENDS for sign in (1.0, -1.0)]
    return np.array([*everyday, 1.0, -1.0, 2.0, 0.5, *ends, np.inf, -np.inf])


def points(names: tuple[str, ...]) -> dict[str, Floats]:
    """Return 64 points an input: each in turn goes through all values, the others stay everyday ones."""
    count = len(values_of_one_input())
    columns = {}
    for position, name in enumerate(names):
        column = np.tile(_companions(position), len(names))
        column[position * count : (position + 1) * count] = values_of_one_input()
        columns[name] = column
    return columns


def _companions(position: int) -> Floats:
    """Return positive everyday values that differ from input to input."""
    count = len(values_of_one_input())
    return np.asarray(0.1 + 2 * ((np.arange(1, count + 1) * _GOLDEN + 0.29 * (position + 1)) % 1.0))


def everyday(names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return which of the points have everyday values only."""
    return np.tile(np.arange(len(values_of_one_input())) < EVERYDAY, len(names))
