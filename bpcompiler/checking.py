"""`check_grad`: a gradient against finite differences of the function itself, run by Python."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bpcompiler.differentials import transformed
from bpcompiler.errors import GradientMismatchError
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.goal import Goal
from bpcompiler.ir.trees import flatten, paths_of, unflatten

MOST_ELEMENTS = 200  # of one array; a larger one is sampled, always at the same places


def check_grad(
    function: Callable[..., Any],
    *args: Any,
    argnums: Any = ...,
    rtol: float | None = None,
    atol: float | None = None,
    **kwargs: Any,
) -> None:
    """Compare the gradient of `function` at these arguments with central differences.

    The differences are of the plain Python function, extrapolated from two step widths (Richardson), so
    they share nothing with the compiled code. Default tolerances: 1e-6 relative and 1e-8 absolute, and
    2e-2 and 1e-3 where float32 takes part. Raises GradientMismatchError naming argument and element.
    """
    plain = getattr(function, "__wrapped__", function)
    found = transformed(plain, Goal("grad", argnums))(*args, **kwargs)
    wanted = range(len(args)) if argnums is ... else argnums if isinstance(argnums, tuple) else (argnums,)
    chosen = (
        [i for i in wanted if any(map(is_float_leaf, _leaves(args[i])))] if argnums is ... else list(wanted)
    )
    gradients = dict(
        zip(chosen, found if isinstance(argnums, tuple) or argnums is ... else (found,), strict=True)
    )
    coarse = any(_is_float32(leaf) for leaf in _leaves((args, kwargs)))
    tolerance = (rtol or (2e-2 if coarse else 1e-6), atol or (1e-3 if coarse else 1e-8))
    for position, gradient in gradients.items():
        _check_argument(plain, args, kwargs, position, gradient, tolerance, 1e-2 if coarse else 1e-3)


def _leaves(value: Any) -> list[Any]:
    leaves: list[Any] = []
    flatten(value, is_argument_leaf, leaves)
    return leaves


def _is_float32(leaf: Any) -> bool:
    return getattr(leaf, "dtype", None) == np.float32


def _check_argument(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    position: int,
    gradient: Any,
    tolerance: tuple[float, float],
    width: float,
) -> None:
    leaves: list[Any] = []
    tree = flatten(args[position], is_argument_leaf, leaves)
    names = dict(paths_of(tree, f"argument {position}"))
    slopes = _leaves(gradient)

    def value(leaf: int, element: tuple[int, ...], step: float) -> float:
        moved = [copy.deepcopy(part) for part in leaves]
        if isinstance(moved[leaf], np.ndarray):
            moved[leaf][element] += step
        else:
            moved[leaf] = type(moved[leaf])(moved[leaf] + step)
        new = (*copy.deepcopy(args[:position]), unflatten(tree, moved), *copy.deepcopy(args[position + 1 :]))
        result = function(*new, **copy.deepcopy(kwargs))
        return float(result[0] if isinstance(result, tuple) else result)

    for leaf, part in enumerate(leaves):
        for element in _elements(part) if is_float_leaf(part) else ():
            at = abs(float(part[element] if isinstance(part, np.ndarray) else part))
            expected = _richardson(partial(value, leaf, element), width * max(1.0, at))
            actual = float(np.asarray(slopes[leaf])[element])
            _compare(names[leaf], element, actual, expected, tolerance)


def _elements(part: Any) -> list[tuple[int, ...]]:
    places = list(np.ndindex(np.shape(part)))
    if len(places) <= MOST_ELEMENTS:
        return places
    chosen = np.random.default_rng(0).choice(len(places), MOST_ELEMENTS, replace=False)
    return [places[i] for i in sorted(chosen)]


def _richardson(value: Callable[[float], float], width: float) -> float:
    wide = (value(width) - value(-width)) / (2 * width)
    narrow = (value(width / 2) - value(-width / 2)) / width
    return (4 * narrow - wide) / 3


def _compare(
    name: str, element: tuple[int, ...], actual: float, expected: float, tolerance: tuple[float, float]
) -> None:
    if abs(actual - expected) <= tolerance[1] + tolerance[0] * abs(expected):
        return
    place = f", element [{', '.join(map(str, element))}]" if element else ""
    raise GradientMismatchError(
        f"{name}{place}: the gradient is {actual!r}, differences say {expected!r}",
        remedy="At a kink or a step the two need not agree (docs/semantics.md). Elsewhere please report it.",
    )
