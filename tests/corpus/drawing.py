"""Programs that draw random numbers: noise, masks, batches, walks."""

from __future__ import annotations

import numpy as np

import bpcompiler as bp
from tests.corpus.program import Program


def evidence_bound(mean, spread, x, t):
    noise = bp.random.normal((2024, t), size=(5, len(mean)))
    weights = mean + np.exp(spread) * noise
    misfit = np.mean((weights @ x - 1.0) ** 2)
    return misfit + np.sum(np.exp(2 * spread) + mean**2 - 2 * spread)


def with_dropout(weights, x, seed):
    keep = 0.7
    mask = bp.random.uniform((seed, 0), size=x.shape) < keep
    hidden = np.tanh(np.where(mask, x, 0.0) @ weights / keep)
    return np.sum(hidden**2)


def descent_on_batches(slope, rate, x, y, steps, seed):
    for t in range(steps):
        batch = bp.random.choice((seed, t), len(x), 3, replace=False)
        misfit = slope * x[batch] - y[batch]
        slope = slope - rate * np.mean(misfit * x[batch])
    return slope**2


def walk_in_a_well(depth, noise, steps):
    place = 0.5
    for t in range(steps):
        place += noise * bp.random.normal((3, t)) - depth * np.sin(place)
        if bp.random.integers((3, t), 4) == 0:
            place = 0.5 * place
    return place


MEAN, X = np.array([0.3, -0.6, 1.1]), np.linspace(-1.0, 1.5, 6)
TABLE = np.sin(np.arange(12.0)).reshape(4, 3)

PROGRAMS = [
    Program(evidence_bound, (MEAN, 0.2 * MEAN - 1.0, X[:3], 4), (0, 1)),
    Program(with_dropout, (MEAN, TABLE, 7), (0, 1), more=((MEAN, TABLE[:0], 7),)),
    Program(descent_on_batches, (0.4, 0.1, X, np.cos(X), 5, 1), (0, 1), more=((0.4, 0.1, X, X, 0, 1),)),
    Program(walk_in_a_well, (0.3, 0.5, 8), (0, 1), more=((0.3, 0.5, 0),)),
]
