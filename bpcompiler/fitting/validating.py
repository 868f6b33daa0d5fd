"""The loss on data that is not trained on, batch by batch so that Ctrl-C is answered in between."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from bpcompiler.fitting.loops import Loops
from bpcompiler.fitting.moments import NOTHING, summed
from bpcompiler.fitting.pace import Pace


class Validation:
    """Validation data cut into batches of the training's size, in order, the last one smaller."""

    def __init__(self, arrays: tuple[Any, ...], batch_size: int | None, seed: int, loops: Loops) -> None:
        rows = len(arrays[0])
        self._size, self._seed, self._loops, self._pace = min(batch_size or rows, rows), seed, loops, Pace()
        full = rows // self._size
        cut = full * self._size
        arrays = tuple(np.ascontiguousarray(array) for array in arrays)
        self._parts = [tuple(a[:cut].reshape(full, self._size, *a.shape[1:]) for a in arrays)]
        if cut < rows:
            self._parts.append(tuple(a[None, cut:] for a in arrays))

    def loss(self, params: Any) -> float:
        """Return the mean over the batches, weighted by their sizes."""
        total, weights = NOTHING, 0.0
        for number, arrays in enumerate(self._parts):
            weight = arrays[0].shape[1] / self._size
            total = summed(total, weight * self._losses(params, arrays, number * len(self._parts[0][0])))
            weights += weight * len(arrays[0])
        return total / weights

    def _losses(self, params: Any, arrays: tuple[Any, ...], first: int) -> Any:
        """Return the loss of each batch. Their keys are always the same: only the parameters change."""
        losses = np.empty(len(arrays[0]))
        done = 0
        while done < len(losses):
            end = min(len(losses), done + self._pace.steps)
            start = perf_counter()
            some = tuple(array[done:end] for array in arrays)
            losses[done:end] = self._loops.evaluate(params, some, self._seed, -1 - first - done)
            self._pace.took(end - done, perf_counter() - start)
            done = end
        return losses
