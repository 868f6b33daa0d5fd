"""Derivatives of functions with any results: jvp, vjp, hvp.

Tangents and cotangents have the structure of what they belong to; for a leaf without a derivative (an int, a
string) any value stands in its place. `precise` and `parallel` are those of `bpcompiler.grad`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from bpcompiler.directions import together
from bpcompiler.errors import ArgumentError
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.goal import Goal
from bpcompiler.ir.trees import flatten
from bpcompiler.transformed import Transformed

if TYPE_CHECKING:
    from bpcompiler.frontend.trace import Trace


def value_goal(precise: bool, parallel: bool = False) -> Goal:
    """Return the goal of a value beside derivatives, which leave the arguments as they are."""
    return Goal("value", precise=precise, parallel=parallel, stores=False)


_transformed: WeakKeyDictionary[Any, dict[Goal, Transformed[..., Any]]] = WeakKeyDictionary()


def transformed(function: Callable[..., Any], goal: Goal) -> Transformed[..., Any]:
    """Return the function transformed; the same object each time, so that it is compiled once."""
    try:
        known = _transformed.setdefault(function, {})
    except TypeError:  # an object that cannot be referred to weakly
        return Transformed(function, goal)
    if goal not in known:
        known[goal] = Transformed(function, goal)
    return known[goal]


def directions(structure: Any, given: Any, what: str) -> tuple[Any, ...]:
    """Return the tangents or cotangents `given` for each floating leaf of `structure`, in its type."""
    leaves: list[Any] = []
    tree = flatten(structure, is_argument_leaf, leaves)
    return tuple(
        _like(leaves[i], part, what) for i, part in together(tree, given, what) if is_float_leaf(leaves[i])
    )


def _like(leaf: Any, given: Any, what: str) -> Any:
    if isinstance(leaf, np.ndarray):
        array = np.array(given, dtype=leaf.dtype)
        if array.shape != leaf.shape:
            raise ArgumentError(f"the {what} have shape {array.shape} where {leaf.shape} is needed")
        return array
    if np.shape(given):
        raise ArgumentError(f"the {what} have shape {np.shape(given)} where a number is needed")
    return type(leaf)(given)


def jvp(
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    precise: bool = False,
    parallel: bool = False,
) -> tuple[Any, Any]:
    """Return `(function(*primals), its derivative along tangents)`: the product of Jacobian and tangent."""
    compiled = transformed(function, Goal("jvp", ..., precise=precise, parallel=parallel))
    result: tuple[Any, Any] = compiled(*primals, directions(tuple(primals), tuple(tangents), "tangents"))
    return result


def vjp(
    function: Callable[..., Any], *primals: Any, precise: bool = False, parallel: bool = False
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Return `(function(*primals), pull_back)`; `pull_back(ct)` returns a cotangent for each argument.

    An argument that has no derivative gets None.
    """
    value = transformed(function, value_goal(precise, parallel))(*primals)
    compiled = transformed(function, Goal("vjp", ..., precise=precise, parallel=parallel))
    differentiable = [any(map(is_float_leaf, leaves_in(primal))) for primal in primals]

    def pull_back(cotangent: Any) -> tuple[Any, ...]:
        found = iter(compiled(*primals, directions(value, cotangent, "cotangents")))
        return tuple(next(found) if wanted else None for wanted in differentiable)

    return value, pull_back


def leaves_in(value: Any) -> list[Any]:
    """Return the numbers and arrays in a value, in order."""
    leaves: list[Any] = []
    flatten(value, is_argument_leaf, leaves)
    return leaves


def hvp(
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    precise: bool = False,
    parallel: bool = False,
) -> tuple[Any, ...]:
    """Return the Hessian of a function with one real result, times tangents: forward over reverse."""
    compiled = transformed(function, Goal("hvp", ..., precise=precise, parallel=parallel))
    result: tuple[Any, ...] = compiled(*primals, directions(tuple(primals), tuple(tangents), "tangents"))
    return result


def _jvp_in_trace(trace: Trace, function: Any, primals: Any, tangents: Any, **_: Any) -> Any:
    from bpcompiler.nesting import derivative  # noqa: PLC0415 - the compiler: on first use

    return derivative(Goal("jvp", ...), trace, function, tuple(primals), direction=tuple(tangents))


def _vjp_in_trace(trace: Trace, function: Any, *primals: Any, **_: Any) -> Any:
    from bpcompiler.nesting import value_and_pull_back  # noqa: PLC0415 - the compiler: on first use

    return value_and_pull_back(trace, function, primals)


def _hvp_in_trace(trace: Trace, function: Any, primals: Any, tangents: Any, **_: Any) -> Any:
    from bpcompiler.nesting import derivative  # noqa: PLC0415 - the compiler: on first use

    return derivative(Goal("hvp", ...), trace, function, tuple(primals), direction=tuple(tangents))


for _function, _in_trace in ((jvp, _jvp_in_trace), (vjp, _vjp_in_trace), (hvp, _hvp_in_trace)):
    vars(_function)["in_trace"] = _in_trace  # a trace calls these instead: see `Trace.handler`
