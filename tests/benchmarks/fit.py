"""`bp.fit` against the same loop written out: what its chunks, its history and its progress bar cost."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr

import numpy as np

import bpcompiler as bp
from tests.benchmarks.harness import duration, interleaved, table

BARE = "the loop, compiled by bp.jit"
SGD, ADAM = bp.optim.sgd(0.01), bp.optim.adam(1e-3)
STEPS = 50_000  # on all rows
EPOCHS = 2_000
SIZE = 16


def run(rounds: int) -> str:
    """Return the section: two trainings, each in one compiled loop, by `fit`, and by `fit` with its bar."""
    rows = [row for training in (all_rows(), minibatches()) for row in measured(*training, rounds)]
    return (
        "## `bp.fit`\n\nThe loop that `fit` runs, written out and compiled as a whole, against `fit` itself:"
        f" {STEPS:,} steps of a tanh network 8-32-1 on all of its 64 rows, by `sgd`; and {EPOCHS} epochs of a"
        f" ReLU network 64-32-10 on 1,437 images in batches of {SIZE}, by `adam`, float32."
        f" The least of {rounds} interleaved runs each.\n\n"
        + table(("", "a step", "ratio to the loop"), rows)
    )


def measured(
    name: str, steps: int, runs: dict[str, Callable[[], object]], rounds: int
) -> list[tuple[str, ...]]:
    """Return the rows of one training, whose runs have learned the same."""
    expected, *others = [
        np.concatenate([np.ravel(part) for part in call().values()]) for call in runs.values()
    ]
    for other in others:
        np.testing.assert_allclose(other, expected, rtol=1e-3, atol=1e-4)
    timings = interleaved(runs, rounds)
    base = timings[BARE].best
    return [
        (f"{name}: {each}", duration(t.best / steps), f"{t.best / base:.3f}") for each, t in timings.items()
    ]


def by_fit(*arguments: object, **options: object) -> dict[str, Callable[[], object]]:
    """Return the runs of `fit`, without and with a bar."""

    def shown() -> object:
        with redirect_stderr(io.StringIO()):
            return bp.fit(*arguments, **options, progress=True).params

    return {
        "bp.fit": lambda: bp.fit(*arguments, **options, progress=False).params,
        "bp.fit with its bar": shown,
    }


def regression(params, x, y):
    h = np.tanh(x @ params["w"] + params["b"])
    return np.mean((h @ params["v"] + params["c"] - y) ** 2)


def all_rows() -> tuple[str, int, dict[str, Callable[[], object]]]:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 8)), rng.normal(size=64)
    start = {"w": rng.normal(size=(8, 32)) / 3, "b": np.zeros(32), "v": rng.normal(size=32) / 6, "c": 0.0}

    @bp.jit
    def descend(params, x, y, steps):
        state = SGD.init(params)
        losses = np.empty(steps)
        for step in range(steps):
            losses[step], grads = bp.value_and_grad(regression)(params, x, y)
            params, state = SGD.update(params, grads, state)
        return params, losses

    runs = {BARE: lambda: descend(start, x, y, STEPS)[0]}
    return "all rows", STEPS, runs | by_fit(regression, start, (x, y), SGD, STEPS)


def cross_entropy(params, images, labels):
    hidden = np.maximum(images @ params["w1"] + params["b1"], 0.0)
    scores = hidden @ params["w2"] + params["b2"]
    scores = scores - np.max(scores, axis=1, keepdims=True)
    right = scores[np.arange(len(labels)), labels]
    return np.mean(np.log(np.sum(np.exp(scores), axis=1)) - right)


def minibatches() -> tuple[str, int, dict[str, Callable[[], object]]]:
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(1437, 64)).astype(np.float32), rng.integers(0, 10, 1437)
    shapes = {"w1": (64, 32), "b1": (32,), "w2": (32, 10), "b2": (10,)}
    start = {name: (rng.normal(size=shape) / 8).astype(np.float32) for name, shape in shapes.items()}
    per_epoch = len(images) // SIZE

    @bp.jit
    def train(params, images, labels, batches, epochs):
        state = ADAM.init(params)
        losses = np.empty((epochs, len(batches)))
        for epoch in range(epochs):
            order = bp.random.permutation((0, epoch), len(images))
            batches = order[: batches.size].reshape(batches.shape)
            for step in range(len(batches)):
                rows = batches[step]
                loss, grads = bp.value_and_grad(cross_entropy)(params, images[rows], labels[rows])
                losses[epoch, step] = loss
                params, state = ADAM.update(params, grads, state)
        return params, losses

    places = np.empty((per_epoch, SIZE), np.int64)
    runs = {BARE: lambda: train(start, images, labels, places, EPOCHS)[0]}
    fitted = by_fit(cross_entropy, start, (images, labels), ADAM, EPOCHS, SIZE, drop_last=True)
    return "batches", EPOCHS * per_epoch, runs | fitted
