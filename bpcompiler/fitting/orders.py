"""The orders of rows in epochs: `bp.random.permutation((seed, epoch), rows)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler import random
from bpcompiler.api import jit


def orders(seed: int, first: int, count: int, rows: int, shuffle: bool) -> Any:
    """Return the rows in the order of each of `count` epochs from the first on: (count, rows)."""
    if not shuffle:
        return np.broadcast_to(np.arange(rows), (count, rows))
    drawn = np.empty((count, rows), np.int64)
    _permute(drawn, seed, first)
    return drawn


@jit
def _permute(drawn: Any, seed: int, first: int) -> None:
    for i in range(len(drawn)):
        drawn[i] = random.permutation((seed, first + i), drawn.shape[1])
