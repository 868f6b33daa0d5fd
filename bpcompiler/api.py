"""What users call. Everything here wraps a function; the work is done below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from bpcompiler.goals import Goal
from bpcompiler.transformed import Transformed

P = ParamSpec("P")
R = TypeVar("R")


@overload
def grad(function: Callable[P, Any], /, *, argnums: Any = ..., has_aux: bool = ...) -> Transformed[P, Any]: ...
@overload
def grad(*, argnums: Any = ..., has_aux: bool = ...) -> Callable[[Callable[P, Any]], Transformed[P, Any]]: ...
def grad(function: Any = None, /, argnums: Any = 0, has_aux: bool = False) -> Any:
    """Return a function that returns the gradient of `function`, which must return one real number."""
    return _wrap(function, Goal("grad", argnums, has_aux))


def value_and_grad(function: Any = None, /, argnums: Any = 0, has_aux: bool = False) -> Any:
    """Return a function that returns `(value, gradient)`."""
    return _wrap(function, Goal("value_and_grad", argnums, has_aux))


def jit(function: Any = None, /) -> Any:
    """Return the function itself, compiled."""
    return _wrap(function, Goal("value"))


def _wrap(function: Any, goal: Goal) -> Any:
    if function is None:
        return lambda function: Transformed(function, goal)
    return Transformed(function, goal)
