"""Functions of bpcompiler that users write inside their own. Outside of a trace they do nothing."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np


def stop_gradient(value: Any) -> Any:
    """Return the value; derivatives take it for a constant. Numbers, arrays, and containers of them."""
    return value


def root(squares: Any) -> Any:
    """Return the square root of a sum of squares, a number or an array. Its slope at 0 is 0, a length's."""
    return math.sqrt(squares) if type(squares) is float else np.sqrt(squares)


class Checkpointed:
    """A function whose inner results the reverse computes again, instead of keeping them."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__wrapped__ = function
        functools.update_wrapper(self, function, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function returns."""
        return self.__wrapped__(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else Checkpointed(self.__wrapped__.__get__(instance, owner))

    def call_in_trace(self, trace: Any, *args: Any, **kwargs: Any) -> Any:
        """Write the call into a trace, as a region that is run again."""
        from bpcompiler.frontend.regions.replays import run_again  # noqa: PLC0415 - on first use

        interpreter, function = trace.interpreter, self.__wrapped__
        path = interpreter.outside.path_of(self)
        if path is not None:
            interpreter.outside.know(function, (*path, ("attr", "__wrapped__")))
        return run_again(interpreter, lambda: interpreter.call(function, args, kwargs))


def checkpoint(function: Callable[..., Any]) -> Checkpointed:
    """Return the function; a gradient through it keeps its arguments only, and runs it a second time.

    For the body of a long loop, or a part of a function whose intermediate arrays are large:
    `for t in range(steps): state = bp.checkpoint(step)(state, t)`. Values and gradients do not change. See
    also `bp.grad(..., checkpoint=...)`, for loops whose number of turns is what makes them large.
    """
    return Checkpointed(function)


vars(checkpoint)["makes_transforms"] = True
