"""Gradients of bounded length. A wrapper of an optimiser: its state is the optimiser's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.frontend.leaves import is_float_leaf
from bpcompiler.frontend.markers import root
from bpcompiler.ir.mapping import tree_map
from bpcompiler.optim.leaves import Optimizer


def global_norm(tree: Any) -> float:
    """Return the Euclidean norm of all floats in a nested value together, as a Python number."""
    squares: list[float] = []

    def add(leaf: Any) -> Any:
        if is_float_leaf(leaf):
            square = float(np.sum(leaf**2))
            squares.append(square)
        return leaf

    tree_map(add, tree)
    return root(sum(squares[1:], start=squares[0])) if squares else 0.0


@dataclass(frozen=True)
class clip_by_norm:
    """The optimiser, on gradients that are shortened where they are longer than `max_norm` all together."""

    max_norm: float
    optimizer: Optimizer

    def init(self, params: Any) -> Any:
        """Return the optimiser's state before the first step."""
        return self.optimizer.init(params)

    def update(self, params: Any, grads: Any, state: Any) -> tuple[Any, Any]:
        """Return the parameters and the optimiser's state after a step."""
        norm = global_norm(grads)
        scale = float(self.max_norm) / norm if norm > self.max_norm else 1.0

        def shorten(grad: Any) -> Any:
            clipped = scale * grad if is_float_leaf(grad) else grad
            return clipped

        return self.optimizer.update(params, tree_map(shorten, grads), state)
