"""The orders of rows in epochs, functions of seed and epoch."""

from __future__ import annotations

from typing import Any

import numpy as np


def orders(seed: int, first: int, count: int, rows: int, shuffle: bool) -> Any:
    """Return the rows in the order of each of `count` epochs: (count, rows)."""
    if not shuffle:
        return np.broadcast_to(np.arange(rows), (count, rows))
    drawn = []
    for epoch in range(first, first + count):
        key = np.array([seed, epoch]).view(np.uint64)
        drawn.append(np.random.Generator(np.random.Philox(key=key)).permutation(rows))
    return np.stack(drawn)
