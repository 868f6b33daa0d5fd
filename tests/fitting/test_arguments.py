"""What does not go together is an error that says so before anything runs; a nan; the bar."""

import re
import sys

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import ArgumentError, DtypeError, FitError, NotScalarError
from bpcompiler.fitting import loops as compiled
from bpcompiler.fitting import training
from tests.fitting.regression import OPTIMIZER, assert_same, fit, loss, rows, start
from tests.fitting.test_fit import Fixed

x, y = rows()

WRONG = {
    "data has 23 and 22 rows": {"data": (x, y[1:])},
    "data has no rows": {"data": ()},
    "data has 0 and 0 rows": {"data": (x[:0], y[:0])},
    "data[1] is one number": {"data": (x, np.array(1.0))},
    "validation has 1 and 23 rows": {"validation": (x[:1], y)},
    "data has 2 arrays, validation has 1": {"validation": (x,)},
    "is not a file in a folder that is there": {"save": "nowhere/run.npz"},
    "batch_size=24 is more than the 23 rows": {"batch_size": 24},
    "batch_size=0 is not an integer of at least 1": {"batch_size": 0},
    "batch_size=2.0 is not an integer": {"batch_size": 2.0},
    "epochs=0 is not": {"epochs": 0},
    "epochs=True is not": {"epochs": True},
    "seed=9223372036854775808 does not fit": {"seed": 2**63},
    "patience=0 is not": {"patience": 0},
    "save_every=0 is not": {"save": "run.npz", "save_every": 0},
    "resume=True needs to know the file": {"resume": True},
    "callbacks: 3 cannot be called": {"callbacks": 3},
    "0.1 is no optimizer": {"optimizer": 0.1},
    "nothing to train": {"params": {"w": np.arange(2), "label": "w"}},
}


@pytest.mark.parametrize("message", WRONG)
def test_arguments_that_do_not_go_together(message, monkeypatch):
    monkeypatch.setattr(training.Training, "_go_on", None)  # nothing runs
    given = {"params": start(), "data": (x, y), "optimizer": OPTIMIZER, "epochs": 2} | WRONG[message]
    with pytest.raises(FitError, match=re.escape(message)):
        bp.fit(loss, **given)


def test_data_that_is_no_array():
    with pytest.raises(DtypeError, match=re.escape("data[1] is of type list")):
        bp.fit(loss, start(), (x, list(y)), OPTIMIZER, 2)
    with pytest.raises(DtypeError, match="type MaskedArray"):
        bp.fit(loss, start(), (np.ma.masked_array(x), y), OPTIMIZER, 2)


def test_a_loss_that_is_no_number_is_named():
    def residuals(params, x, y):
        return x @ params["w"] + params["b"] - y

    with pytest.raises(NotScalarError, match=r"^residuals returns an array of shape \(23,\)"):
        bp.fit(residuals, start(), (x, y), OPTIMIZER, 2)


def test_a_loss_of_other_arguments():
    with pytest.raises((TypeError, ArgumentError), match="argument"):
        bp.fit(loss, start(), (x,), OPTIMIZER, 2)


class Widening:
    def init(self, params):
        return ()

    def update(self, params, grads, state):
        return {name: params[name] - 0.1 * np.float64(1.0) * grads[name] for name in params}, state


def test_an_optimizer_that_changes_types_is_an_error():
    params = {"w": np.ones(2, np.float32), "b": 0.0}
    with pytest.raises(
        FitError, match=re.escape('params["w"] was float32 (2,), after a step it is float64 (2,)')
    ):
        bp.fit(loss, params, (x, y), Widening(), 2)


@pytest.mark.parametrize("batch_size", [5, None])
def test_a_nan_ends_the_run_where_it_arises(batch_size, monkeypatch):
    def diverging():
        return bp.fit(loss, start(), (1e3 * x, y), OPTIMIZER, 400, batch_size, shuffle=False, progress=False)

    found = []
    for steps in (1, 7, 1000):
        monkeypatch.setattr(training, "Pace", lambda steps=steps: Fixed(steps))
        with pytest.warns(RuntimeWarning, match=r"fit stopped early: the loss of step \d+ is nan"):
            found.append(diverging())
    assert_same(found[0], found[1])
    assert_same(found[1], found[2])
    assert found[0].steps == found[0].state.count > 5
    assert found[0].stopped.startswith(f"the loss of step {found[0].steps + 1} is nan")
    assert np.all(~np.isnan(found[0].history.losses))
    assert not found[0].interrupted


def test_a_nan_spoils_no_file(tmp_path):
    path = tmp_path / "run.npz"
    with pytest.warns(RuntimeWarning, match="is nan"):
        fitted = bp.fit(loss, start(), (1e3 * x, y), OPTIMIZER, 400, 5, progress=False, save=path)
    told = []
    with pytest.warns(RuntimeWarning, match="is nan"):
        bp.fit(loss, start(), (1e3 * x, y), OPTIMIZER, 400, 5, callbacks=lambda each: told.append(each.epoch))
    assert told == list(range(1, fitted.epochs + 1))
    with np.load(path) as file:
        assert np.array_equal(file["losses"], fitted.history.losses)
        assert file["state.count"] == fitted.epochs * 5 < fitted.steps


def test_a_nan_from_the_start_is_an_error():
    with pytest.raises(FitError, match="the loss of the first step is nan"):
        bp.fit(loss, start() | {"b": np.nan}, (x, y), OPTIMIZER, 2, 5)


def test_the_bar_is_tqdm_s(capsys):
    fit(2, 5, progress=True, validation=rows(7, seed=9))
    shown = capsys.readouterr().err
    assert "10/10" in shown
    assert "loss=" in shown
    assert "validation=" in shown
    fit(2, 5, progress=None)  # nobody sees it
    assert capsys.readouterr().err == ""


def test_tqdm_is_loaded_by_the_first_bar(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.std", None)
    fit(2, 5, progress=False)


def test_loops_are_made_once():
    assert compiled.loops(loss, OPTIMIZER) is compiled.loops(loss, OPTIMIZER)
    assert compiled.loops(loss, OPTIMIZER) is compiled.loops(loss, bp.optim.momentum(0.05, 0.8))
    for other in (
        bp.optim.momentum(0.05),
        bp.optim.nesterov(0.05, 0.8),
        bp.optim.momentum(np.float64(0.05), 0.8),
    ):
        assert compiled.loops(loss, OPTIMIZER) is not compiled.loops(loss, other)
    schedules = [bp.optim.momentum(lambda count: 0.05, 0.8) for _ in range(2)]
    assert compiled.loops(loss, schedules[0]) is not compiled.loops(loss, schedules[1])
