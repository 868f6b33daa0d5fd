"""How often a turn of a loop allocates: never, where what it computes may follow what it had."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from tests.allocations import allocated


def recurrent(xs: Any, w: Any, u: Any) -> Any:
    h = np.zeros((xs.shape[1], u.shape[0]))
    c = np.zeros((xs.shape[1], u.shape[0]))
    for t in range(len(xs)):
        g = xs[t] @ w + h @ u
        c = c * np.tanh(g) + g * g
        h = np.tanh(c)
    return np.sum(h * c)


def power_iteration(A: Any, x: Any, n: Any) -> Any:
    for _ in range(n):
        x = A @ x
        x = x / np.sqrt(x @ x)
    return x @ (A @ x)


def products(x: Any, w: Any, n: Any) -> Any:
    for _ in range(n):
        x = x @ w
    return np.sum(x * x)


def numbers(*shape: int) -> Any:
    return np.random.default_rng([len(shape), *shape]).uniform(-0.5, 0.5, size=shape)


CASES = {
    "recurrent": (recurrent, lambda turns: (numbers(turns, 4, 3), numbers(3, 5), numbers(5, 5)), (0, 1, 2)),
    "power": (power_iteration, lambda turns: (numbers(4, 4), numbers(4), turns), (0, 1)),
    "products": (products, lambda turns: (numbers(4, 4), numbers(4, 4), turns), (0, 1)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_turn_allocates_nothing(name: str) -> None:
    function, arguments, argnums = CASES[name]
    value_and_grad = bp.value_and_grad(function, argnums=argnums)
    assert allocated(value_and_grad, *arguments(5)) == allocated(value_and_grad, *arguments(25))
    args = arguments(5)
    value, gradients = value_and_grad(*args)
    np.testing.assert_allclose(value, function(*args), rtol=1e-12)
    step, way = 1e-6, [numbers(*args[k].shape) for k in argnums]
    ends = []
    for sign in (1, -1):
        moved = list(args)
        for k, direction in zip(argnums, way, strict=True):
            moved[k] = args[k] + sign * step * direction
        ends.append(function(*moved))
    along = sum(np.sum(g * d) for g, d in zip(gradients, way, strict=True))
    np.testing.assert_allclose(along, (ends[0] - ends[1]) / (2 * step), rtol=1e-7)
