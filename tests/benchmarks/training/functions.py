"""Training loops as a user writes them, and what they start from."""

from __future__ import annotations

import numpy as np

import bpcompiler as bp
from tests.benchmarks import functions
from tests.benchmarks.workloads import samples
from tests.benchmarks.workloads.functions import two_layers

BATCH, IMAGES = 128, 10_000


@bp.jit
def descend(x, y, rate, steps):
    value = 0.0
    for _ in range(steps):
        value, (dx, dy) = bp.value_and_grad(functions.f, argnums=(0, 1))(x, y)
        x -= rate * dx
        y -= rate * dy
    return x, y, value


def two_layers_loss(params, X, y):
    return two_layers(*params, X, y)


@bp.jit
def train_two_layers(params, X, y, rate, steps):
    opt = bp.optim.sgd(rate)
    state = opt.init(params)
    loss = 0.0
    for _ in range(steps):
        loss, grads = bp.value_and_grad(two_layers_loss)(params, X, y)
        params, state = opt.update(params, grads, state)
    return params, loss


def cross_entropy(params, images, labels):
    return functions.network(*params, images, labels)


@bp.jit
def train_network(params, images, labels, steps, seed):
    opt = bp.optim.adam(1e-3)
    state = opt.init(params)
    loss = np.float32(0.0)
    for t in range(steps):
        batch = bp.random.choice((seed, t), len(images), BATCH)
        loss, grads = bp.value_and_grad(cross_entropy)(params, images[batch], labels[batch])
        params, state = opt.update(params, grads, state)
    return params, loss


def descent(steps=1_000_000):
    return 3.0, -4.0, 1e-6, steps


def two_layers_sample(steps=10_000):
    *params, X, y = samples.two_layers(64)
    return tuple(params), X, y, 1e-3, steps


def network_sample(steps=20, dtype=np.float32):
    *params, images, labels = functions.sample(IMAGES)
    return tuple(p.astype(dtype) for p in params), images.astype(dtype), labels, steps, 7


def network_sample_in_float64(steps):
    return network_sample(steps, np.float64)


def with_batches(params, images, labels, steps, seed):
    """Return the arguments with the minibatches that ours draws, a row for each step."""
    draws = [bp.random.choice((seed, t), len(images), BATCH) for t in range(steps)]
    return params, images, labels, np.stack(draws)
