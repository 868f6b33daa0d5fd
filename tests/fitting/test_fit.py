"""What a fit computes: the plain loop's steps, in whatever pieces they run."""

import dataclasses
from typing import NamedTuple

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.fitting import training, validating
from bpcompiler.fitting.loops import loops
from bpcompiler.fitting.orders import orders
from tests.allocations import allocated
from tests.fitting.regression import OPTIMIZER, ROWS, assert_same, fit, loss, rows, start


def by_hand(epochs, batch_size, *, drop_last=False, shuffle=True, seed=0):
    """The loop in NumPy, its gradient derived on paper: parameters, losses of the epochs."""
    x, y = rows()
    w, b = start()["w"], start()["b"]
    velocity_w, velocity_b = np.zeros(2), 0.0
    means = []
    for epoch in range(epochs):
        order = bp.random.permutation((seed, epoch), ROWS) if shuffle else np.arange(ROWS)
        sums = seen = 0.0
        for begin in range(0, ROWS, batch_size):
            batch = order[begin : begin + batch_size]
            if drop_last and len(batch) < batch_size:
                continue
            off = x[batch] @ w + b - y[batch]
            sums, seen = sums + np.sum(off**2), seen + len(batch)
            velocity_w = 0.8 * velocity_w + 2 * x[batch].T @ off / len(batch)
            velocity_b = 0.8 * velocity_b + 2 * np.mean(off)
            w, b = w - 0.05 * velocity_w, b - 0.05 * velocity_b
        means.append(sums / seen)
    return w, b, means


@pytest.mark.parametrize("batch_size", [5, 1, 11, 22, ROWS])
@pytest.mark.parametrize("options", [{}, {"drop_last": True}, {"shuffle": False, "seed": 3}], ids=str)
def test_steps_are_the_plain_loops(batch_size, options):
    fitted = fit(3, batch_size, **options)
    w, b, losses = by_hand(3, batch_size, **options)
    np.testing.assert_allclose(fitted.params["w"], w, rtol=1e-12)
    np.testing.assert_allclose(fitted.params["b"], b, rtol=1e-12)
    np.testing.assert_allclose(fitted.history.losses, losses, rtol=1e-12)
    assert fitted.epochs == 3
    assert fitted.stopped is None
    assert not fitted.interrupted
    assert fitted.steps == fitted.state.count


def test_without_a_batch_size_each_step_sees_all_rows():
    fitted = fit(7, None)
    w, b, losses = by_hand(7, ROWS, shuffle=False)
    np.testing.assert_allclose(fitted.params["w"], w, rtol=1e-12)
    np.testing.assert_allclose(fitted.history.losses, losses, rtol=1e-12)
    assert len(fitted.history.seconds) == 7
    assert np.all(np.diff(fitted.history.seconds) >= 0)


class Fixed:
    """A pace that never changes."""

    def __init__(self, steps):
        self.steps = steps

    def took(self, steps, seconds):
        assert steps <= self.steps


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": None, "epochs": 13},
        {"drop_last": True},
        {"batch_size": 22, "record_steps": True},
        {"validation": rows(12, seed=1), "patience": 2},
    ],
    ids=lambda options: "-".join(options),
)
def test_the_pace_changes_no_bit(steps, options, monkeypatch):
    expected = fit(**options)
    monkeypatch.setattr(training, "Pace", lambda: Fixed(steps))
    monkeypatch.setattr(validating, "Pace", lambda: Fixed(steps))
    assert_same(fit(**options), expected)


def test_the_losses_of_all_steps():
    history = fit(3, 5, record_steps=True).history
    assert fit(3, 5).history.step_losses is None
    weights = np.array([5, 5, 5, 5, 3])
    means = history.step_losses.reshape(3, 5) @ weights / ROWS
    np.testing.assert_allclose(history.losses, means, rtol=1e-14)


def test_precise_and_parallel_are_the_loop_s():
    w, b, _ = by_hand(3, 5)
    fitted = fit(3, 5, precise=True, parallel=True)
    np.testing.assert_allclose(fitted.params["w"], w, rtol=1e-12)
    precise = loops(loss, OPTIMIZER, precise=True, parallel=True)
    assert precise.minibatches.goal.precise
    assert precise.minibatches.goal.parallel


def test_a_step_allocates_nothing():
    data, params, compiled = rows(), start(), loops(loss, OPTIMIZER)
    state = OPTIMIZER.init(params)

    def blocks(steps):
        batches, sizes = np.zeros((steps, 5), np.int64), np.array([[0, steps - 1, 5], [steps - 1, steps, 3]])
        return allocated(compiled.minibatches, params, state, data, batches, sizes, 0, 0)

    assert blocks(10) == blocks(200)
    few, many = (allocated(compiled.everything, params, state, data, steps, 0, 0) for steps in (10, 200))
    assert few == many


def test_the_order_is_a_function_of_seed_and_epoch():
    assert_same(fit(seed=5), fit(seed=5))
    assert not np.array_equal(fit(seed=5).params["w"], fit(seed=6).params["w"])
    drawn = orders(7, 0, 6, 50, True)
    assert np.array_equal(np.sort(drawn), np.broadcast_to(np.arange(50), (6, 50)))
    assert len({tuple(order) for order in drawn}) == 6
    assert np.array_equal(drawn[4:], orders(7, 4, 2, 50, True))


def test_validation_is_the_mean_over_its_rows():
    held_out = rows(12, seed=1)
    seen = []
    fitted = fit(validation=held_out, callbacks=seen.append)
    assert [told.validation for told in seen] == list(fitted.history.validation)
    for told in seen:
        assert told.validation == pytest.approx(loss(told.params, *held_out), rel=1e-13)
    assert_same(dataclasses.replace(fitted, history=fit().history), fit())  # it takes no part in training


def test_callbacks_see_each_epoch_and_can_stop():
    seen = []

    def callback(told):
        seen.append(told)
        if told.epoch == 3:
            told.stop()

    fitted = fit(9, callbacks=[callback])
    assert [told.epoch for told in seen] == [1, 2, 3]
    assert [told.step for told in seen] == [5, 10, 15]
    assert [told.loss for told in seen] == list(fitted.history.losses)
    assert seen[-1].params is fitted.params
    assert fitted.stopped == "a callback stopped it after epoch 3"
    assert_same(fitted, fit(3))


def test_patience_ends_a_run_and_brings_back_the_best():
    params = []
    options = {"epochs": 50, "batch_size": 1, "validation": rows(7, seed=9), "patience": 3}
    fitted = fit(**options, callbacks=lambda told: params.append(told.params))
    best = int(np.argmin(fitted.history.validation))
    assert fitted.best_epoch == best + 1
    assert fitted.epochs == best + 1 + 3 < 50
    assert fitted.params is params[best]
    assert fitted.state.count == (best + 1) * ROWS
    assert fitted.stopped == "no better loss in 3 epochs"
    coarse = fit(**options, min_delta=1.0)
    assert coarse.best_epoch < fitted.best_epoch


class Layer(NamedTuple):
    weights: np.ndarray
    label: str


@dataclasses.dataclass
class Model:
    layers: list
    shift: np.ndarray
    power: int = 2


def nested_loss(model, x, y):
    hidden = x
    for layer in model.layers:
        hidden = hidden @ layer.weights
    return np.mean((hidden[:, 0] + model.shift - y) ** model.power)


def test_containers_stay_what_they_are_and_the_callers_as_they_were():
    weights = np.ones((2, 3), np.float32)[:, ::-1]
    model = Model([Layer(weights, "in"), Layer(np.ones((3, 1), np.float32), "out")], np.array(0.5))
    x, y = rows()
    x.flags.writeable = False
    fitted = bp.fit(nested_loss, model, (x, y), OPTIMIZER, 2, 4)
    assert isinstance(fitted.params, Model)
    assert fitted.params.power == 2
    assert [layer.label for layer in fitted.params.layers] == ["in", "out"]
    assert fitted.params.layers[0].weights.dtype == np.float32
    assert np.all(weights == 1)
    assert model.shift == 0.5
    assert model.shift.shape == ()
    assert not np.any(fitted.params.layers[0].weights == 1)
    assert not np.shares_memory(fitted.params.layers[0].weights, weights)


def keyed_loss(params, x, *, key):
    seed, counter = key
    return params["w"] * np.mean(x) * 0.0 + counter + 1000 * seed + params["w"] * 0.0


def test_a_loss_that_asks_for_a_key_gets_seed_and_step():
    fitted = bp.fit(
        keyed_loss, {"w": 1.0}, np.ones(5), OPTIMIZER, 3, 5, seed=2, validation=(np.ones(10),), progress=False
    )
    assert list(fitted.history.losses) == [2000.0, 2001.0, 2002.0]
    assert list(fitted.history.validation) == [2000 - 1.5] * 3
