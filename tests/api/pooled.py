"""Functions and calls for threads and other processes, which import this module."""

from __future__ import annotations

import numpy as np

import bpcompiler as bp
from tests.api import nopython_functions as functions
from tests.api.nopython_functions import example


def network(w, v, x):
    """Products that BLAS computes, in two layers."""
    return np.sum(np.tanh(x @ w) @ v)


def layers(seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(20, 30)), rng.normal(size=(30, 10)), rng.normal(size=(15 + seed % 3, 20))


def scaled(factor):
    """Return a closure, which is pickled by its source."""

    def loss(x):
        return factor * np.sum(np.sin(x) ** 2)

    return loss


def work():
    """Return functions with arguments: by name and by source, with loops, BLAS and threads."""
    x = np.linspace(0.0, 1.0, 50_000)
    params, *data = example()
    return [
        (bp.value_and_grad(functions.loss), example()),
        (bp.jit(functions.train), (*example(), 5)),
        (bp.grad(scaled(3.0), parallel=True), (x,)),
        (functions.Model(2.0).energy, (1.5,)),
        (bp.value_and_grad(functions.loss).njit(params, *data), (params["w"], params["b"], *data)),
    ]


def call(job):
    function, args = job
    return function(*args)
