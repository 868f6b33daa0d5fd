"""A regression with everything a fit can meet, shared so that its loops are compiled once."""

import numpy as np

import bpcompiler as bp

OPTIMIZER = bp.optim.momentum(0.05, 0.8)
ROWS = 23


def loss(params, x, y):
    return np.mean((x @ params["w"] + params["b"] - y) ** 2)


def start():
    return {"w": np.array([0.5, -0.25]), "b": 0.125}


def rows(count=ROWS, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 2))
    return x, x @ np.array([1.0, -2.0]) + 0.5 + 0.1 * rng.normal(size=count)


def fit(epochs=4, batch_size=5, **options):
    return bp.fit(loss, start(), rows(), OPTIMIZER, epochs, batch_size, **({"progress": False} | options))


def assert_same(left, right):
    """Every bit of what two fits learned, and of their losses."""
    for name in ("w", "b"):
        assert np.array_equal(left.params[name], right.params[name], equal_nan=True)
        assert np.array_equal(left.state.velocity[name], right.state.velocity[name], equal_nan=True)
    assert left.state.count == right.state.count
    assert (left.epochs, left.steps, left.best_epoch) == (right.epochs, right.steps, right.best_epoch)
    assert np.array_equal(left.history.losses, right.history.losses)
    assert (left.history.validation is None) == (right.history.validation is None)
    if left.history.step_losses is not None and right.history.step_losses is not None:
        assert np.array_equal(left.history.step_losses, right.history.step_losses)
    if left.history.validation is not None:
        assert np.array_equal(left.history.validation, right.history.validation)
