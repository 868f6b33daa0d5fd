"""A user's own `@njit(cache=True)` functions that call flat ones: kept, and never stale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FUNCTIONS = """
import numpy as np
import bpcompiler as bp

def loss(w, x):
    return np.sum((x @ w) ** 2)

def other(w, x):
    return 5.0 * np.sum(x @ w)

example = np.ones((3, 4)), np.ones((2, 3))
gradient = bp.value_and_grad(loss).njit(*example)
other_gradient = bp.value_and_grad(other).njit(*example)
"""

CALLERS = """
from numba import njit
import functions
from functions import gradient

@njit(cache=True)
def inner(w, x):
    value, dw = gradient(w, x)
    return value + dw[0, 0]

@njit(cache=True)
def outer(w, x):
    return inner(w, x) - functions.other_gradient(w, x)[0]

def closure(flat):
    @njit(cache=True)
    def inside(w, x):
        return flat(w, x)[0]

    return inside

inside = closure(gradient)

def hits():
    return [len(f.stats.cache_hits) for f in (inner, outer, inside)]
"""

CALL = """
import callers
from functions import example
print(*(f(*example) for f in (callers.inner, callers.outer, callers.inside)), *callers.hits())
"""

RELOAD = """
import importlib, pathlib
import callers, functions
first = callers.inner(*functions.example)
path = pathlib.Path(functions.__file__)
path.write_text(path.read_text().replace("** 2", "* 2.0"))
importlib.invalidate_caches()
importlib.reload(functions)
importlib.reload(callers)
print(first, callers.inner(*functions.example), *callers.hits())
"""


@pytest.fixture
def call(tmp_path):
    """Call the functions in a fresh process; return the two results, and how much was found on disk."""
    (tmp_path / "functions.py").write_text(FUNCTIONS)
    (tmp_path / "callers.py").write_text(CALLERS)

    def run(script=CALL):
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
            "NUMBA_CACHE_DIR": str(tmp_path / "numba"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-W", "error", "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return [float(text) for text in done.stdout.split()]

    return run


def change(tmp_path, old, new):
    file = tmp_path / "functions.py"
    file.write_text(file.read_text().replace(old, new))


def test_a_second_process_finds_the_callers_and_a_changed_function_compiles_them_again(call, tmp_path):
    # x @ w is 3 in all 8 places: 72, whose gradient is 2 * 3 * 2 rows; 5 * 24 for the other one.
    assert call() == [84.0, 84.0 - 120.0, 72.0, 0, 0, 0]
    assert call() == [84.0, 84.0 - 120.0, 72.0, 1, 1, 1]
    change(tmp_path, "** 2", "** 3")  # 216, and 3 * 9 * 2
    assert call() == [270.0, 270.0 - 120.0, 216.0, 0, 0, 0]
    change(tmp_path, "gradient = bp.value_and_grad(loss)", "gradient = bp.value_and_grad(other)")
    assert call()[:3] == [130.0, 10.0, 120.0]


def test_modules_that_are_loaded_again(call):
    assert call(RELOAD) == [84.0, 52.0, 0, 0, 0]  # 2 * 3 * 8, and 2 * 2
