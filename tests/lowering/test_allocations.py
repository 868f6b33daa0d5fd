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


def trained(params: Any, images: Any, labels: Any, steps: int, seed: int) -> Any:
    opt = bp.optim.adam(1e-2)
    state = opt.init(params)
    loss = 0.0
    for t in range(steps):
        batch = bp.random.choice((seed, t), len(images), 128)
        loss, grads = bp.value_and_grad(squares)(params, images[batch], labels[batch])
        params, state = opt.update(params, grads, state)
    return params, loss


def squares(params: Any, x: Any, y: Any) -> Any:
    return np.mean((np.maximum(x @ params["W1"] + params["b1"], 0.0) @ params["W2"] - y) ** 2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_of_training_on_minibatches_allocates_nothing(dtype: str) -> None:
    # 128 rows: the product with W2.T reads a copy of it.
    shapes = {"W1": (9, 40), "b1": (40,), "W2": (40, 10)}
    params = {name: numbers(*shape).astype(dtype) for name, shape in shapes.items()}
    images, labels = numbers(300, 9).astype(dtype), numbers(300, 10).astype(dtype)
    train = bp.jit(trained)
    before, after = train(params, images, labels, 1, 0)[1], train(params, images, labels, 50, 0)[1]
    assert after < 0.8 * before
    counts = [allocated(train, params, images, labels, steps, 0) for steps in (5, 25)]
    assert counts[0] == counts[1]
