"""Functions for `.njit`, and callers of theirs; at module level, where Numba and pickles find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

import bpcompiler as bp

SCALE = 2.0
OFFSETS = np.array([0.5, -0.25])


class TooLargeError(ValueError):
    pass


class OutOfRangeError(ValueError):
    def __init__(self, x, limit):
        super().__init__(f"{x} > {limit}")


def halves(x, n):
    found = []
    for _ in range(n):
        x = 0.5 * x
        found.append(x)
    return x, found


def loss(params, x, y, activation="tanh"):
    hidden = x @ params["w"] + params["b"]
    if activation == "tanh":
        hidden = np.tanh(hidden)
    return SCALE * np.mean((hidden + np.sum(OFFSETS) - y) ** 2)


def raising(x, i):
    if x[0] > 100.0:
        raise TooLargeError("too large")
    if x[0] > 10.0:
        raise OutOfRangeError(x[0], 10.0)
    if x[0] < 0.0:
        raise KeyError(f"{x[0]} is negative")
    return x[i[0]] ** 2


@dataclass
class Point:
    x: float
    n: int
    label: str
    rest: Any = None


class Model:
    def __init__(self, a):
        self.a = a

    @bp.grad
    def energy(self, x):
        return self.a * x**2


@bp.jit
def shift(u, v):
    u[1:-1] += SCALE * v[:-2]


def train(params, x, y, steps):
    """Whole arrays and a gradient in a loop."""
    w, b = params["w"].copy(), params["b"]
    value = 0.0
    for _ in range(steps):
        value, gradient = bp.value_and_grad(loss)({"w": w, "b": b}, x, y)
        w -= 0.1 * gradient["w"]
        b -= 0.1 * gradient["b"]
    return {"w": w, "b": b}, value


def example(seed=0, rows=5):
    """Return arguments of `loss`."""
    rng = np.random.default_rng(seed)
    return {"w": rng.normal(size=3), "b": 0.3}, rng.normal(size=(rows, 3)), rng.normal(size=rows)


def called(flat):
    """Return a function that calls a flat one in nopython code, with arguments of any number."""

    @njit
    def caller(*args):
        return flat(*args)

    return caller
