"""A run that was saved and goes on, ends with every bit of one that never stopped."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import FitError
from bpcompiler.fitting import files, training
from tests.fitting.regression import assert_same, fit, loss, rows, start
from tests.fitting.test_fit import Fixed

ROOT = Path(__file__).parents[2]


def only_file_of(folder):
    (path,) = folder.iterdir()
    return path.name


HELD_OUT = {"validation": rows(7, seed=9), "patience": 3}


@pytest.mark.parametrize(
    "options",
    [{}, {"batch_size": None, "record_steps": True}, HELD_OUT],
    ids=lambda options: "-".join(options),
)
def test_more_epochs_later_are_more_epochs_at_once(options, tmp_path):
    path = tmp_path / "run.npz"
    first = fit(3, **options, save=path, resume=True)  # there is no file yet
    again = fit(9, **options, save=path, resume=True)
    assert_same(again, fit(9, **options))
    assert np.array_equal(again.history.seconds[:3], first.history.seconds)
    assert np.all(np.diff(again.history.seconds) >= 0)
    stamp = path.stat().st_mtime_ns
    assert_same(fit(9, **options, save=path, resume=True), again)  # nothing is left to do
    assert only_file_of(tmp_path) == "run.npz"
    assert path.stat().st_mtime_ns >= stamp


def test_a_run_that_is_out_of_patience_stays_so(tmp_path):
    options = {"epochs": 50, "batch_size": 1, "save": tmp_path / "run.npz", **HELD_OUT}
    first = fit(**options)
    assert first.epochs < 50
    again = fit(**options, resume=True)
    assert_same(again, first)
    assert again.stopped == first.stopped


@pytest.mark.parametrize("steps", [1, 3, 8])
def test_broken_off_in_the_middle_of_an_epoch(steps, tmp_path, monkeypatch):
    options = {"epochs": 6, "batch_size": 4, "save": tmp_path / "run.npz", "save_every": 100}
    monkeypatch.setattr(training, "Pace", lambda: Fixed(steps))
    calls, stepped = [], training.Training._stepped

    def interrupted(self, moment, taken):
        calls.append(moment.step)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return stepped(self, moment, taken)

    monkeypatch.setattr(training.Training, "_stepped", interrupted)
    broken = fit(**options)
    assert broken.interrupted
    assert broken.stopped == "interrupted"
    assert broken.steps == calls[-1] == 3 * steps
    assert len(broken.history.losses) == broken.epochs == broken.steps // 6
    assert_same(fit(**options, resume=True), fit(6, 4))


def test_interrupted_before_the_first_step_is_python_s_interrupt(monkeypatch):
    def interrupted(self, moment, taken):
        raise KeyboardInterrupt

    monkeypatch.setattr(training.Training, "_stepped", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit()


KILLED = """
import os, signal, sys
from tests.fitting.regression import fit, rows

def kill(told):
    if told.epoch == 5:  # the file knows four
        os.kill(os.getpid(), signal.SIGKILL)

fit(9, save=sys.argv[1], validation=rows(7, seed=9), callbacks=kill)
"""


def run(script, *arguments):
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX's signals")
def test_a_killed_run_goes_on_to_the_same_bits(tmp_path):
    path = tmp_path / "run.npz"
    assert run(KILLED, path).returncode == -signal.SIGKILL
    assert only_file_of(tmp_path) == "run.npz"
    again = []
    resumed = fit(
        9, save=path, resume=True, validation=rows(7, seed=9), callbacks=lambda told: again.append(told.epoch)
    )
    assert again == [5, 6, 7, 8, 9]
    assert_same(resumed, fit(9, validation=rows(7, seed=9)))


INTERRUPTED = """
import os, signal, threading, time
from bpcompiler.fitting import training
from tests.fitting.regression import fit

fit(1, None)  # compiled: what follows is steps
longest, stepped = [0.0], training.Training._stepped

def timed(*arguments):
    begun = time.perf_counter()
    found = stepped(*arguments)
    longest[0] = max(longest[0], time.perf_counter() - begun)
    return found

training.Training._stepped = timed
sent = []

def interrupt():
    sent.append(time.perf_counter())
    os.kill(os.getpid(), signal.SIGINT)

threading.Timer(0.5, interrupt).start()
fitted = fit(10**12, None)
print(fitted.interrupted, fitted.epochs == fitted.steps == fitted.state.count == len(fitted.history.losses))
print(f"answered in {time.perf_counter() - sent[0]:.3f} s, longest call {longest[0]:.3f} s")
"""


def test_ctrl_c_keeps_what_was_learned():
    done = run(INTERRUPTED)
    assert done.stdout.splitlines()[:1] == ["True True"], done.stderr
    assert done.stderr == ""


def test_a_failed_write_leaves_the_last_file(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    fit(2, save=path)
    before = path.read_bytes()

    def fails(file, **named):
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", fails)
    with pytest.raises(OSError, match="no space"):
        fit(2, save=path)
    assert path.read_bytes() == before
    assert only_file_of(tmp_path) == "run.npz"


def test_the_file_is_plain(tmp_path):
    fitted = fit(2, save=tmp_path / "run.npz", **HELD_OUT)
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        assert np.array_equal(file['params["w"]'], fitted.params["w"])
        assert file["state.count"] == 10
        assert np.array_equal(file["losses"], fitted.history.losses)
        assert json.loads(str(file["about"]))["step"] == 10


def other_start():
    return {"w": np.zeros(3), "b": 0.125}


OTHERS = {
    "seed was 0, and is 1": {"seed": 1},
    "batch_size was 5, and is 6": {"batch_size": 6},
    "shuffle was True, and is False": {"shuffle": False},
    "precise was False, and is True": {"precise": True},
    "patience was None, and is 2": {"patience": 2},
    "optimizer was momentum(learning_rate=0.05, decay=0.8), and is momentum(learning_rate=0.1, decay=0.8)": {
        "optimizer": bp.optim.momentum(0.1, 0.8)
    },
    'state.m["w"] was not there': {"optimizer": bp.optim.adam(0.05)},
    'params["w"] was float64 (2,), and is float64 (3,)': {
        "params": other_start(),
        "data": (np.ones((23, 3)), rows()[1]),
    },
    "data[1] was float64 (23,)": {"data": (rows()[0], rows()[1] + 1e-15)},
    "validation[0] was not there": {"validation": rows(7, seed=9)},
}


@pytest.mark.parametrize("message", OTHERS)
def test_another_run_s_file_is_an_error(message, tmp_path):
    path = tmp_path / "run.npz"
    fit(1, save=path)
    given = {"params": start(), "data": rows(), "optimizer": bp.optim.momentum(0.05, 0.8), "batch_size": 5}
    with pytest.raises(FitError, match=re.escape(message)):
        bp.fit(loss, epochs=2, save=path, resume=True, progress=False, **(given | OTHERS[message]))


@pytest.mark.parametrize("content", [b"", b"nothing of ours", None], ids=repr)
def test_a_file_that_is_none_is_an_error(content, tmp_path):
    path = tmp_path / "run.npz"
    if content is None:
        np.savez(path, a=np.zeros(2))
    else:
        path.write_bytes(content)
    with pytest.raises(FitError, match="saved fit"):
        fit(save=path, resume=True)


def test_schedules_are_told_apart(tmp_path):
    def text(rate):
        return files._text(bp.optim.sgd(rate))

    assert text(bp.optim.cosine(0.1, 10)) == text(bp.optim.cosine(0.1, 10)) != text(bp.optim.cosine(0.1, 20))
    slow, fast = 0.1, 0.2
    assert text(lambda t: slow) != text(lambda t: fast) != text(lambda t: 2 * slow)
