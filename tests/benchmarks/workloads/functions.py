"""The workloads' functions, as a user writes them; more of them, with loops, are in `loops_functions.py`."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import solve_triangular


def descend(x, y, rate, steps):
    """The scalar function after `steps` steps downhill, its gradient derived by hand."""
    value = 0.0
    for _ in range(steps):
        sigy = 1.0 / (1 + math.exp(-y))
        num = x + sigy
        sigx = 1.0 / (1 + math.exp(-x))
        xpy = x + y
        den = sigx + xpy**2
        invden = 1.0 / den
        value = num * invden
        dden = -value * invden
        dxpy = 2 * xpy * dden
        x -= rate * (invden + sigx * (1 - sigx) * dden + dxpy)
        y -= rate * (sigy * (1 - sigy) * invden + dxpy)
    return x, y, value


def elementwise(x):
    return np.sum(np.tanh(x) * np.exp(-x * x) + np.log1p(x * x))


def two_layers(w1, b1, w2, b2, X, y):
    """The mean square error of a ReLU network with one output."""
    hidden = np.maximum(X @ w1 + b1, 0.0)
    return np.mean((hidden @ w2 + b2 - y) ** 2)


def mixture_of_arrays(weights, means, log_diagonals, lower, X):
    """`loops_functions.mixture` without loops: components by points by coordinates."""
    centred = X - means[:, None, :]
    z = np.exp(log_diagonals)[:, None, :] * centred + centred @ np.tril(lower, -1).transpose(0, 2, 1)
    scores = (weights + np.sum(log_diagonals, axis=1))[:, None] - 0.5 * np.sum(z * z, axis=2)
    top = np.max(scores, axis=0)
    return np.sum(top + np.log(np.sum(np.exp(scores - top), axis=0)))


def gaussian_process(log_lengthscales, log_amplitude, log_noise, X, y):
    """The log marginal likelihood of observations with a squared-exponential kernel."""
    scaled = X / np.exp(log_lengthscales)
    differences = scaled[:, None, :] - scaled[None, :, :]
    K = np.exp(2.0 * log_amplitude - 0.5 * np.sum(differences**2, axis=2))
    L = np.linalg.cholesky(K + np.exp(2.0 * log_noise) * np.eye(len(y)))
    z = solve_triangular(L, y, lower=True)
    return -0.5 * z @ z - np.sum(np.log(np.diag(L))) - 0.5 * len(y) * math.log(2.0 * math.pi)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm(wx, wh, b, inputs, targets):
    """The mean square distance of the hidden states from their targets: (T,B,I) and (T,B,H)."""
    steps, batch, _ = inputs.shape
    size = wh.shape[0]
    h = np.zeros((batch, size))
    c = np.zeros((batch, size))
    total = 0.0
    for t in range(steps):
        gates = inputs[t] @ wx + h @ wh + b
        enter = sigmoid(gates[:, :size])
        forget = sigmoid(gates[:, size : 2 * size])
        show = sigmoid(gates[:, 2 * size : 3 * size])
        c = forget * c + enter * np.tanh(gates[:, 3 * size :])
        h = show * np.tanh(c)
        total += np.sum((h - targets[t]) ** 2)
    return total / targets.size
