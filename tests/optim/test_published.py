"""100 steps, as PyTorch and optax make them, and as the papers say."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.optim import *  # noqa: F403 - the names of the trajectories are expressions of these
from tests.optim.problem import START, STEPS, gradient

RECORDED = json.loads(Path(__file__).with_name("trajectories.json").read_text())
CASES = [(library, text) for library, found in RECORDED.items() for text in found]


def trajectory(optimizer, steps=100):
    """The parameters after each step, from a dict of an array and a float."""
    params = {"w": START[:2], "nested": [float(START[2])]}
    state = optimizer.init(params)
    for _ in range(steps):
        grad = gradient(np.array([*params["w"], *params["nested"]]))
        params, state = optimizer.update(params, {"w": grad[:2], "nested": [float(grad[2])]}, state)
        yield [*params["w"], *params["nested"]]


@pytest.mark.parametrize(("library", "text"), CASES, ids=map(" ".join, CASES))
def test_published_implementations(library, text):
    steps = list(trajectory(eval(text)))
    np.testing.assert_allclose([steps[i - 1] for i in STEPS], RECORDED[library][text], rtol=1e-12, atol=1e-13)


# ------------------------------------------------------------------ the papers' formulas, number by number


def by_sgd(rate):
    def step(w, g, t):
        return w - rate * g

    return step


def by_momentum(rate, mu, *, nesterov):
    """Sutskever et al. (2013), in PyTorch's form: the rate stands outside of the sum."""
    velocity = 0.0

    def step(w, g, t):
        nonlocal velocity
        velocity = mu * velocity + g
        return w - rate * (g + mu * velocity if nesterov else velocity)

    return step


def by_adagrad(rate, epsilon=1e-10):
    """Duchi, Hazan and Singer (2011), with a diagonal matrix."""
    squares = []

    def step(w, g, t):
        squares.append(g * g)
        return w - rate * g / (math.sqrt(math.fsum(squares)) + epsilon)

    return step


def by_rmsprop(rate, decay=0.99, epsilon=1e-8):
    """Tieleman and Hinton (2012), lecture 6.5: v is a sum over all gradients, the last weighs most."""
    squares = []

    def step(w, g, t):
        squares.append(g * g)
        v = math.fsum((1 - decay) * decay ** (t - i) * each for i, each in enumerate(squares, 1))
        return w - rate * g / (math.sqrt(v) + epsilon)

    return step


def by_adam(rate, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.0):
    """Kingma and Ba (2015), algorithm 1; with decay Loshchilov and Hutter (2019), algorithm 2."""
    m = v = 0.0

    def step(w, g, t):
        nonlocal m, v
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return w - rate * (m_hat / (math.sqrt(v_hat) + epsilon)) - rate * decay * w

    return step


FORMULAS = [
    (bp.optim.sgd(0.01), lambda: by_sgd(0.01)),
    (bp.optim.momentum(0.01, 0.7), lambda: by_momentum(0.01, 0.7, nesterov=False)),
    (bp.optim.nesterov(0.01), lambda: by_momentum(0.01, 0.9, nesterov=True)),
    (bp.optim.adagrad(0.1, 1e-3), lambda: by_adagrad(0.1, 1e-3)),
    (bp.optim.rmsprop(0.01, 0.9), lambda: by_rmsprop(0.01, 0.9)),
    (bp.optim.adam(0.02, 0.8, 0.9, 1e-4), lambda: by_adam(0.02, 0.8, 0.9, 1e-4)),
    (bp.optim.adamw(0.02, weight_decay=0.1), lambda: by_adam(0.02, decay=0.1)),
]


@pytest.mark.parametrize(
    ("optimizer", "formula"), FORMULAS, ids=[type(each).__name__ for each, _ in FORMULAS]
)
def test_formulas(optimizer, formula):
    w, steps = list(START), [formula() for _ in START]
    for t, found in enumerate(trajectory(optimizer), 1):
        w = [step(each, g, t) for step, each, g in zip(steps, w, gradient(np.array(w)), strict=True)]
        np.testing.assert_allclose(found, w, rtol=1e-12, atol=1e-13)


def test_schedules():
    counts = [0, 1, 7, 20, 50, 99, 100, 1000]
    half = 0.5 * (1 + np.cos(np.pi * np.minimum(counts, 100) / 100))
    assert [bp.optim.constant(0.3)(t) for t in counts] == [0.3] * 8
    np.testing.assert_allclose(
        [bp.optim.cosine(0.2, 100, 0.05)(t) for t in counts], 0.05 + 0.15 * half, rtol=1e-14
    )
    np.testing.assert_allclose(
        [bp.optim.exponential(0.2, 10, 0.5)(t) for t in counts], 0.2 * 0.5 ** (np.array(counts) / 10)
    )
    warm = bp.optim.warm_up(20, bp.optim.exponential(0.2, 10, 0.5))
    assert [warm(t) for t in (0, 5, 10)] == [0.0, 0.05, 0.1]
    assert [warm(t) for t in (20, 30, 40)] == [0.2, 0.1, 0.05]
    assert [bp.optim.warm_up(4, 1.0)(t) for t in range(6)] == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
