"""Where training stands. A moment is never changed: the next one is made beside it.

    moment = (params, state, step, total, best)

Steps count from the beginning. `total` is the sum of the losses of the epoch that has begun, weighted by
batch size in units of the full one; it starts at -0.0, which added to a number gives that number's bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.frontend.leaves import is_argument_leaf
from bpcompiler.ir.trees import flatten, paths_of

NOTHING = -0.0


@dataclass(frozen=True, slots=True)
class Best:
    """The epoch (from 1) with the least loss so far, and what was learned by its end."""

    params: Any
    state: Any
    epoch: int
    loss: float


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a run needs to go on."""

    params: Any
    state: Any
    step: int = 0
    total: float = NOTHING
    best: Best | None = None


def summed(total: float, losses: Any) -> float:
    """Return the total with more losses added to it one by one, so that it is the same in any pieces."""
    return float(np.add.accumulate(np.append(total, losses))[-1])


def totals(total: float, losses: Any, begun: int, per_epoch: int) -> tuple[Any, float]:
    """Return the totals of the epochs that end among these losses, and that of the one that goes on.

    `total` is that of the first `begun` steps of the epoch which the losses continue.
    """
    if per_epoch == 1:
        return losses, NOTHING
    head = per_epoch - begun
    if len(losses) < head:
        return np.empty(0), summed(total, losses)
    first, later = summed(total, losses[:head]), losses[head:]
    whole = len(later) // per_epoch * per_epoch
    middle = np.add.accumulate(later[:whole].reshape(-1, per_epoch), axis=1)[:, -1]
    return np.append(first, middle), summed(NOTHING, later[whole:])


def kinds(value: Any, name: str) -> dict[str, str]:
    """Return what each leaf is, by how Python reaches it: `{"params.w": "float64 (3, 4)"}`."""
    leaves: list[Any] = []
    tree = flatten(value, is_argument_leaf, leaves)
    return {path: _kind(leaves[index]) for index, path in paths_of(tree, name)}


def _kind(leaf: Any) -> str:
    return f"{leaf.dtype} {leaf.shape}" if isinstance(leaf, np.ndarray) else type(leaf).__name__
