"""Programs at their kinks, where a convention gives the gradient: the numbers are written out."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program


def absolute_at_zero(x):
    return abs(x) + math.fabs(x) + np.abs(x) + x


def lengths_at_zero(x, y):
    return math.hypot(x, y) + np.hypot(x, y) + 2.0 * x


def norm_at_zero(v):
    return np.linalg.norm(v) + np.sum(v)


def python_max_takes_a_branch(x, y):
    return max(x, y) + 2.0 * min(x, y)


def numpy_maximum_shares(x, y):
    return np.maximum(x, y) + 2.0 * np.minimum(x, y) + np.maximum(x, x)


def ties_share(x):
    per_column = np.sum(np.max(x, axis=0))
    return np.max(x) * 3.0 + per_column + np.sum(np.maximum(x, 1.0)) + np.sum(np.minimum(x, 1.0))


def relu_by_maximum(x):
    return np.sum(np.maximum(x, 0))


def relu_by_mask(x):
    return np.sum(x * (x > 0))


def relu_by_where(x):
    return np.sum(np.where(x > 0, x, 0.0))


def guarded_where(x):
    safe = np.where(x > 0, x, 1.0)
    return np.sum(np.where(x > 0, np.log(safe) * x, 0.0))


def unguarded_where(x):
    return np.sum(np.where(x > 0, np.log(x), 0.0)) + np.sum(np.where(x != 0, 1.0 / x, x))


def clip_on_its_bounds(x, low, high):
    return np.sum(np.clip(x, low, high))


def power_of_zero(x):
    return x**2 + x**1 + x**0 + x**1.5


def steps(x):
    return np.sign(x) + x // 1.0 + math.floor(x) + x


TIES = np.array([[1.0, 2.0, 2.0], [2.0, 0.5, 1.0]])
SIGNS = np.array([-1.0, 0.0, 2.0])

PROGRAMS = [
    Program(absolute_at_zero, (0.0,), gradient=1.0),
    Program(lengths_at_zero, (0.0, 0.0), (0, 1), gradient=(2.0, 0.0)),
    Program(norm_at_zero, (np.zeros(2),), gradient=np.ones(2)),
    Program(python_max_takes_a_branch, (1.5, 1.5), (0, 1), gradient=(3.0, 0.0)),
    Program(numpy_maximum_shares, (1.5, 1.5), (0, 1), gradient=(2.5, 1.5)),
    Program(ties_share, (TIES,), gradient=np.array([[1.0, 3.0, 3.0], [3.0, 1.0, 1.0]])),
    Program(relu_by_maximum, (SIGNS,), gradient=np.array([0.0, 0.5, 1.0])),
    Program(relu_by_mask, (SIGNS,), gradient=np.array([0.0, 0.0, 1.0])),
    Program(relu_by_where, (SIGNS,), gradient=np.array([0.0, 0.0, 1.0])),
    Program(guarded_where, (SIGNS,), gradient=np.array([0.0, 0.0, math.log(2.0) + 1.0])),
    Program(unguarded_where, (SIGNS,), gradient=np.array([-1.0, 1.0, 0.25])),
    Program(
        clip_on_its_bounds,
        (np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), -1.0, 1.0),
        (0, 1, 2),
        gradient=(np.array([0.0, 1.0, 1.0, 1.0, 0.0]), 1.0, 1.0),
    ),
    Program(power_of_zero, (0.0,), gradient=1.0),
    Program(steps, (2.0,), gradient=1.0),
]
