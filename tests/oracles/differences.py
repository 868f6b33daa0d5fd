"""Derivatives by Richardson extrapolation of central differences, with an estimate of their error.

A second opinion that knows only how to call a function. Ridders' scheme (Numerical Recipes, section 5.7):
shrink the step, extrapolate its even powers away, keep the entry of the tableau whose neighbours agree best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.oracles import layout, trees

ROWS = 10
SHRINK = 1.6
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Difference:
    """A derivative and what it may be off by."""

    derivative: float
    error: float


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient in the structure of the arguments, and the same structure of error estimates."""

    gradient: Any
    error: Any


def along(function: Callable[[float], float], step: float = 0.02) -> Difference:
    """Return the derivative of a function of one number at 0; smooth within `step` of it."""
    best, error, previous = 0.0, np.inf, np.zeros(0)
    scale = max(abs(function(step)), abs(function(-step)))
    for row in range(ROWS):
        width = step / SHRINK**row
        current = np.empty(row + 1)
        current[0] = (function(width) - function(-width)) / (2.0 * width)
        for column in range(1, row + 1):
            factor = SHRINK ** (2 * column)
            current[column] = (factor * current[column - 1] - previous[column - 1]) / (factor - 1.0)
            change = max(
                abs(current[column] - current[column - 1]), abs(current[column] - previous[column - 1])
            )
            if change <= error:
                best, error = float(current[column]), float(change)
        previous = current
    return Difference(best, error + 4.0 * EPSILON * scale / step)


def gradient(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    step: float = 0.02,
) -> Gradient:
    """Return the gradient of a scalar program. Integers pass through; float32 becomes float64."""
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    chosen = [args[position] for position in positions]
    centre = trees.flatten(chosen)

    def moved(index: int, distance: float) -> float:
        numbers = centre.copy()
        numbers[index] += distance
        inputs = list(args)
        for position, argument in zip(positions, trees.unflatten(chosen, numbers), strict=True):
            inputs[position] = argument
        result = function(*trees.map_leaves(layout.copy, inputs), **dict(kwargs or {}))
        return float(result[0] if has_aux else result)

    found = [along(lambda t, i=i: moved(i, t), step * max(1.0, abs(x))) for i, x in enumerate(centre)]  # type: ignore[misc]
    slopes = trees.unflatten(chosen, np.array([item.derivative for item in found]))
    errors = trees.unflatten(chosen, np.array([item.error for item in found]))
    return (
        Gradient(slopes[0], errors[0]) if isinstance(argnums, int) else Gradient(tuple(slopes), tuple(errors))
    )
