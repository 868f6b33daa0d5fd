"""Which rows each step sees: an epoch's permutation of all rows, cut into batches.

The permutation of an epoch is a function of seed and epoch alone, so a run that goes on in the middle of an
epoch goes on with the same rows. Permutations of several epochs are drawn together where they are short.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler.fitting.arguments import Settings
from bpcompiler.fitting.orders import orders

DRAWN = 1 << 16  # rows in the permutations drawn at a time, unless one is longer


class Batches:
    """The batches of a run, of which those of a few epochs at a time are in memory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._first = 0  # the first step that is drawn
        self._drawn: Any = np.empty((0, settings.batch_size), np.int64)

    def take(self, step: int, limit: int) -> Any:
        """Return the rows of at most `limit` steps from a step on, one batch a line.

        The lines of smaller batches are filled up with zeros; `parts` says which those are.
        """
        if not 0 <= step - self._first < len(self._drawn):
            self._draw(step // self._settings.steps_per_epoch)
        begin = step - self._first
        return self._drawn[begin : begin + limit]

    def _draw(self, epoch: int) -> None:
        settings = self._settings
        count = min(max(1, DRAWN // settings.rows), settings.epochs - epoch)
        places = settings.steps_per_epoch * settings.batch_size
        drawn = np.zeros((count, places), np.int64)
        used = min(places, settings.rows)
        drawn[:, :used] = orders(settings.seed, epoch, count, settings.rows, settings.shuffle)[:, :used]
        self._first = epoch * settings.steps_per_epoch
        self._drawn = drawn.reshape(-1, settings.batch_size)


def parts(settings: Settings, step: int, count: int) -> Any:
    """Return (begin, end, size) of runs of steps with batches of one size, counted from the first step."""
    if not settings.last_size:
        return np.array([[0, count, settings.batch_size]])
    at = (step + np.arange(count)) % settings.steps_per_epoch
    last = at == settings.full_batches  # the smaller one is a run of its own
    begins = np.flatnonzero((at == 0) | last | (np.arange(count) == 0))
    sizes = np.where(last[begins], settings.last_size, settings.batch_size)
    return np.stack([begins, np.append(begins[1:], count), sizes], axis=1)
