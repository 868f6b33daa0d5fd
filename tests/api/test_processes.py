"""Pickles, threads, forks, fresh processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import bpcompiler as bp
from tests.api.functions import NOTES_GRADIENT, Model, decorated, notes

ROOT = Path(__file__).parents[2]


def test_pickled_by_name_and_by_source() -> None:
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    again = pickle.loads(pickle.dumps(bp.grad(notes, argnums=(0, 1))))
    assert again(3.0, -4.0) == pytest.approx(NOTES_GRADIENT, rel=1e-14)
    scale = 3.0

    def closure(x: float) -> float:
        return scale * np.sum(x * np.ones(2))

    restored = pickle.loads(pickle.dumps(bp.grad(closure)))
    assert restored(1.0) == 6.0
    assert pickle.loads(pickle.dumps(bp.grad(Model(2.0).plain)))(1.0) == 6.0


SCRIPT = """
import pickle, sys
import bpcompiler as bp
RATE = 0.5
def helper(x): return x * RATE
@bp.grad
def loss(x): return helper(x) ** 2
if __name__ == "__main__":
    pickle.dump(loss, open(sys.argv[1], "wb"))
"""


def test_a_function_of_a_script_is_unpickled_elsewhere(tmp_path: Path) -> None:
    script, target = tmp_path / "script.py", tmp_path / "loss.pickle"
    script.write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, script, target], check=True, env=environment)
    script.unlink()
    loaded = pickle.loads(target.read_bytes())
    assert loaded(3.0) == 1.5


def test_threads_agree() -> None:
    gradient = bp.grad(lambda x, n: np.sum(np.sin(x) ** n))

    def call(i: int) -> float:
        x = np.full(50, i / 10)
        return float(gradient(x, 2 + i % 2)[0])

    serial = [call(i) for i in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(40))) == serial


def _in_child(x: float) -> tuple[float, float]:
    return bp.grad(notes, argnums=(0, 1))(x, -4.0)  # type: ignore[no-any-return]


@pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # it has threads, and forks: that is the test
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_compiles_and_calls() -> None:
    _in_child(3.0)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(_in_child, [3.0] * 4) == [_in_child(3.0)] * 4


def test_import_loads_no_slow_library() -> None:
    slow = "('numba', 'sympy', 'scipy', 'mpmath', 'bpcompiler.optim', 'bpcompiler.fitting')"
    code = f"import sys, bpcompiler; print([m for m in {slow} if m in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert found.stdout.strip() == "[]"
