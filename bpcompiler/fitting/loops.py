"""The compiled loops of a fit, made once for each pair of loss and optimizer.

    minibatches(params, state, data, batches, parts, seed, first) -> params, state, losses
    everything(params, state, data, count, seed, first)           -> params, state, losses
    evaluate(params, batches, seed, counter)                      -> losses

`losses` are one a step. A step's batch is a row of `batches`, or its beginning: `parts` are runs of steps
(begin, end, size) whose batches have one size, so that a run's buffers are made once. Calls with other
numbers of steps, and other sizes, run the same code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Generic, TypeVar

import numpy as np

from bpcompiler.api import jit, value_and_grad

T = TypeVar("T")
LOOPS = __file__  # where these loops stand: no line in here says anything to a user


@dataclass(frozen=True, slots=True)
class Loops:
    """Three compiled functions; what is not called is not compiled."""

    minibatches: Callable[..., Any]
    everything: Callable[..., Any]
    evaluate: Callable[..., Any]


class Same(Generic[T]):
    """An object as a key: equal to itself only, or to what says all about itself in numbers: `sgd(0.1)`."""

    __slots__ = ("key", "value")

    def __init__(self, value: T) -> None:
        self.value = value
        self.key = _content(value) or id(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


def _content(value: Any) -> tuple[Any, ...]:
    """Return all that there is in a number, or in a frozen dataclass of numbers; () for anything else."""
    if type(value) in (int, float, bool, type(None)):
        return type(value), repr(value)  # which tells 0.0 from -0.0
    made = vars(type(value)).get("__dataclass_params__")  # of this very class
    if made is None or not made.frozen:
        return ()
    names = [field.name for field in fields(value)]
    parts = [_content(getattr(value, name)) for name in names]
    if not all(parts) or not set(getattr(value, "__dict__", ())) <= set(names):
        return ()
    return type(value), *parts


def loops(
    loss: Callable[..., Any], optimizer: Any, *, precise: bool = False, parallel: bool = False
) -> Loops:
    """Return the loops of a loss and an optimizer, the same ones for the same loss and an equal optimizer."""
    return _loops(Same(loss), Same(optimizer), precise, parallel)


@lru_cache(maxsize=16)
def _loops(loss: Same[Callable[..., Any]], optimizer: Same[Any], precise: bool, parallel: bool) -> Loops:
    update, objective = optimizer.value.update, _objective(loss.value)
    gradient = value_and_grad(objective)
    made = (_minibatches(gradient, update), _everything(gradient, update), _evaluate(objective))
    return Loops(*(jit(loop, precise=precise, parallel=parallel) for loop in made))


def _minibatches(gradient: Callable[..., Any], update: Callable[..., Any]) -> Callable[..., Any]:
    def minibatches(
        params: Any, state: Any, data: Any, batches: Any, parts: Any, seed: int, first: int
    ) -> Any:
        losses = np.empty(len(batches))
        for part in range(len(parts)):
            begin, end, size = parts[part]
            sized = batches[:, :size]
            for step in range(begin, end):
                rows = sized[step]
                batch = [array[rows] for array in data]
                losses[step], grads = gradient(params, batch, (seed, first + step))
                params, state = update(params, grads, state)
        return params, state, losses

    return minibatches


def _everything(gradient: Callable[..., Any], update: Callable[..., Any]) -> Callable[..., Any]:
    def everything(params: Any, state: Any, data: Any, count: int, seed: int, first: int) -> Any:
        losses = np.empty(count)
        for step in range(count):
            losses[step], grads = gradient(params, data, (seed, first + step))
            params, state = update(params, grads, state)
        return params, state, losses

    return everything


def _evaluate(objective: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(params: Any, data: Any, seed: int, counter: int) -> Any:
        losses = np.empty(len(data[0]))
        for step in range(len(losses)):
            losses[step] = objective(params, [array[step] for array in data], (seed, counter - step))
        return losses

    return evaluate


def _objective(loss: Callable[..., Any]) -> Callable[..., Any]:
    """Return the loss as a function of parameters, batch and key, which it gets if it asks for it."""
    with_key = wants_key(loss)

    def objective(params: Any, batch: Any, key: Any) -> Any:
        return loss(params, *batch, key=key) if with_key else loss(params, *batch)

    objective.__name__ = getattr(loss, "__name__", "the loss")
    return objective


def wants_key(loss: Callable[..., Any]) -> bool:
    """Say whether a loss has a parameter `key` that only a keyword reaches: `loss(params, x, *, key)`."""
    try:
        found = inspect.signature(loss).parameters.get("key")
    except (TypeError, ValueError):  # of something without a signature
        return False
    return found is not None and found.kind is inspect.Parameter.KEYWORD_ONLY
