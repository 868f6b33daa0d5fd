"""The loops that are differentiated, as a user writes them, and inputs for them."""

from __future__ import annotations

import math

import numpy as np


def predator_prey(alpha, beta, gamma, delta, hares, lynx, steps):
    """Hares and lynx after `steps` steps of Runge and Kutta, compared with where they should be."""
    dt = 0.001
    for _ in range(steps):
        h1 = alpha * hares - beta * hares * lynx
        l1 = delta * hares * lynx - gamma * lynx
        h = hares + 0.5 * dt * h1
        l = lynx + 0.5 * dt * l1
        h2 = alpha * h - beta * h * l
        l2 = delta * h * l - gamma * l
        h = hares + 0.5 * dt * h2
        l = lynx + 0.5 * dt * l2
        h3 = alpha * h - beta * h * l
        l3 = delta * h * l - gamma * l
        h = hares + dt * h3
        l = lynx + dt * l3
        h4 = alpha * h - beta * h * l
        l4 = delta * h * l - gamma * l
        hares = hares + dt / 6.0 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)
        lynx = lynx + dt / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return (hares - 1.0) ** 2 + (lynx - 2.0) ** 2


def heat(u, alpha, steps, observed):
    """A rod's temperatures after `steps` explicit steps, in place, compared with observed ones."""
    for _ in range(steps):
        left = u[0]
        for i in range(1, len(u) - 1):
            here = u[i]
            u[i] = here + alpha * (left - 2 * here + u[i + 1])
            left = here
    return np.sum((u - observed) ** 2)


def mixture(weights, means, log_diagonals, lower, X):
    """The log-likelihood of a mixture of normal distributions, by Cholesky factors of their precisions."""
    count, size = means.shape
    diagonals = np.exp(log_diagonals)
    scores = np.empty(count)
    total = 0.0
    for n in range(len(X)):
        for k in range(count):
            score = weights[k]
            for i in range(size):
                z = diagonals[k, i] * (X[n, i] - means[k, i])
                for j in range(i):
                    z += lower[k, i, j] * (X[n, j] - means[k, j])
                score += log_diagonals[k, i] - 0.5 * z * z
            scores[k] = score
        top = np.max(scores)
        total += top + math.log(np.sum(np.exp(scores - top)))
    return total


def alignment(x, y, gap):
    """The soft edit distance of two series: a table of soft minima of three neighbours."""
    n, m = len(x), len(y)
    D = np.empty((n + 1, m + 1))
    for j in range(m + 1):
        D[0, j] = j * gap
    for i in range(1, n + 1):
        D[i, 0] = i * gap
        for j in range(1, m + 1):
            up = D[i - 1, j] + gap
            left = D[i, j - 1] + gap
            both = D[i - 1, j - 1] + (x[i - 1] - y[j - 1]) ** 2
            low = min(up, left, both)
            D[i, j] = low - math.log(math.exp(low - up) + math.exp(low - left) + math.exp(low - both))
    return D[n, m]


def predator_prey_sample(steps=10_000):
    return 1.1, 0.4, 0.4, 0.1, 10.0, 5.0, steps


def heat_sample(cells=200, steps=2_000, seed=0):
    rng = np.random.default_rng(seed)
    x = np.linspace(0.0, 1.0, cells)
    start = np.sin(3.0 * x) + 0.1 * rng.normal(size=cells)
    return start, 0.2, steps, np.sin(2.0 * x)


def mixture_sample(points=1_000, size=10, count=25, seed=0):
    rng = np.random.default_rng(seed)
    lower = np.tril(0.3 * rng.normal(size=(count, size, size)), -1)
    means = rng.normal(size=(count, size))
    return (
        rng.normal(size=count),
        means,
        0.3 * rng.normal(size=(count, size)),
        lower,
        rng.normal(size=(points, size)),
    )


def alignment_sample(n=300, m=300, seed=0):
    rng = np.random.default_rng(seed)
    return np.cumsum(0.3 * rng.normal(size=n)), np.cumsum(0.3 * rng.normal(size=m)), 0.5
