"""What the optimisers share: which leaves are trained, steps over all of them, the learning rate.

Written in Python that a trace goes through as through the user's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from bpcompiler.frontend.leaves import is_float_leaf
from bpcompiler.ir.mapping import tree_map

Rate = float | Callable[[Any], Any]


class Optimizer(Protocol):
    """What an optimiser is: two pure functions."""

    def init(self, params: Any) -> Any:
        """Return the state before the first step."""

    def update(self, params: Any, grads: Any, state: Any) -> tuple[Any, Any]:
        """Return the parameters and the state after a step; neither argument is changed."""


def zeros_like(params: Any) -> Any:
    """Return zeros of the types and shapes of what is trained; the rest as it is."""
    return tree_map(_zero, params)


def _zero(leaf: Any) -> Any:
    if not is_float_leaf(leaf):
        return leaf
    return np.zeros_like(leaf) if isinstance(leaf, np.ndarray) else type(leaf)(0)


def stepped(step: Callable[..., tuple[Any, ...]], params: Any, grads: Any, *moments: Any) -> tuple[Any, ...]:
    """Return (params, moments ...) of what `step(param, grad, moment ...)` returns for each trained leaf."""

    def of_leaf(param: Any, grad: Any, *before: Any) -> tuple[Any, ...]:
        if not is_float_leaf(param):
            return (param, *before)
        after = step(param, grad, *before)
        # NumPy's arithmetic makes numbers of arrays without dimensions.
        return tuple(map(np.asarray, after)) if isinstance(param, np.ndarray) and param.ndim == 0 else after

    made = tree_map(of_leaf, params, grads, *moments)
    return tuple(tree_map(lambda _, after, i=i: after[i], params, made) for i in range(1 + len(moments)))


def rate_at(learning_rate: Rate, count: int) -> float:
    """Return the learning rate of step `count`, from 0, as a Python number, which widens no float32."""
    return float(learning_rate(count) if callable(learning_rate) else learning_rate)
