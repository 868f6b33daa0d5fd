"""Arguments for the workloads' functions."""

from __future__ import annotations

import numpy as np


def descend(steps=1_000_000):
    return 3.0, -4.0, 1e-6, steps


def elementwise(n):
    return (np.random.default_rng(0).normal(size=n),)


def two_layers(batch, inputs=8, hidden=32, seed=0):
    rng = np.random.default_rng(seed)
    w1, w2 = rng.normal(size=(inputs, hidden)), rng.normal(size=(hidden, 1))
    b1, b2 = 0.1 * rng.normal(size=hidden), 0.1 * rng.normal(size=1)
    return w1, b1, w2, b2, rng.normal(size=(batch, inputs)), rng.normal(size=(batch, 1))


def gaussian_process(n, size=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2.0, 2.0, size=(n, size))
    y = np.sin(X[:, 0]) + 0.5 * np.cos(2.0 * X[:, 1]) + 0.1 * rng.normal(size=n)
    return np.log(np.linspace(0.7, 1.4, size)), 0.1, -1.5, X, y


def lstm(hidden, steps=100, batch=16, inputs=32, seed=0):
    rng = np.random.default_rng(seed)
    scale = hidden**-0.5
    wx, wh = scale * rng.normal(size=(inputs, 4 * hidden)), scale * rng.normal(size=(hidden, 4 * hidden))
    b = 0.1 * rng.normal(size=4 * hidden)
    return wx, wh, b, rng.normal(size=(steps, batch, inputs)), 0.5 * rng.normal(size=(steps, batch, hidden))
