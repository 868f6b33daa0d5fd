"""Keywords that name positional parameters are positions: `f(x, y=2.0)` is the call `f(x, 2.0)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpcompiler.errors import ArgumentError
from bpcompiler.runtime.dispatch import MISS


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the parameters that can be given by position and by name. They come first."""
    return tuple(p.name for p in _signature(function) if p.kind is p.POSITIONAL_OR_KEYWORD)


def are_all(function: Callable[..., Any]) -> bool:
    """Return whether a function has such parameters only."""
    return all(p.kind is p.POSITIONAL_OR_KEYWORD for p in _signature(function))


def _signature(function: Callable[..., Any]) -> Sequence[inspect.Parameter]:
    try:
        parameters = tuple(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return ()
    return () if any(p.kind is p.POSITIONAL_ONLY for p in parameters) else parameters


def in_positions(
    names: tuple[str, ...], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the call with keywords as positions, as far as no position is left out."""
    left = dict(kwargs)
    for name in names[len(args) :]:
        if name not in left:
            break
        args = (*args, left.pop(name))
    return args, left


def given(
    names: tuple[str, ...], values: tuple[Any, ...], rest: tuple[Any, ...]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the call that was bound to these values by name; MISS stands for what was not given."""
    count = next((at for at, value in enumerate(values) if value is MISS), len(values))
    named = zip(names[count:], values[count:], strict=True)
    return (*values[:count], *rest), {name: value for name, value in named if value is not MISS}


def as_tuple(argnums: Any) -> tuple[Any, ...]:
    """Return argnums as a tuple."""
    return argnums if isinstance(argnums, tuple) else (argnums,)


def chosen(args: tuple[Any, ...], argnums: Any) -> tuple[Any, ...]:
    """Return the arguments that argnums names. Raises ArgumentError where there are none."""
    wanted = range(len(args)) if argnums is ... else as_tuple(argnums)
    try:
        return tuple(args[i] for i in wanted)
    except (IndexError, TypeError):
        raise ArgumentError(
            f"argnums={argnums!r} names no argument of this call", remedy="give positions, from 0"
        ) from None
