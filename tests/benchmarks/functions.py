"""The functions that are differentiated, as a user writes them."""

from __future__ import annotations

import math

import numpy as np


def f(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


def network(w1, b1, w2, b2, w3, b3, images, labels):
    """The mean softmax cross-entropy of a network with two hidden ReLU layers."""
    hidden1 = np.maximum(images @ w1 + b1, 0.0)
    hidden2 = np.maximum(hidden1 @ w2 + b2, 0.0)
    logits = hidden2 @ w3 + b3
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_total - shifted[np.arange(labels.shape[0]), labels])


def sample(batch, sizes=(784, 256, 128, 10), seed=0):
    """Return float32 parameters, a batch of images, and integer labels."""
    rng = np.random.default_rng(seed)
    parameters = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        parameters.append((rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32))
        parameters.append((0.1 * rng.normal(size=outputs)).astype(np.float32))
    images = rng.random((batch, sizes[0]), dtype=np.float32)
    return *parameters, images, rng.integers(0, sizes[-1], batch)
