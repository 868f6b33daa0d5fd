"""What an earlier process left on the disk is taken only where a fresh trace would come to the same.

Importing the module anew stands for another process: all of its objects are new.
"""

import math

import numpy as np
import pytest

from bpcompiler.derivation import Derivation
from bpcompiler.goal import Goal
from bpcompiler.specialization import Specialization, tuples_of
from tests.staleness.changes import CASES, MORE_ON_DISK, run

GOAL = Goal("value_and_grad")


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BPCOMPILER_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.parametrize("case", [*CASES, *MORE_ON_DISK], ids=lambda case: case.name)
def test_a_changed_dependency_is_seen_by_the_next_process(case, module_of):
    for number in range(len(case.changes) + 1):
        module = module_of(case.text)
        for change in case.changes[:number]:
            run(change, module)
        found = Specialization(module.f, GOAL, (0.7,), {})
        if found._recalled is None:
            assert found._compiled  # leaves it on the disk
            continue
        fresh = Derivation(module.f, GOAL, (0.7,), {})
        same = found._recalled.text == fresh.compiled(tuples_of(fresh.outline)).text
        if not same or found._outline.hidden != fresh.outline.hidden:  # two lists that are one now, say
            assert math.isclose(found.entry((0.7,), {})[0], module.f(0.7), rel_tol=1e-14), number


def test_an_unchanged_function_is_found(module_of):
    text = (
        "A = {'a': [1.0, 2]}\ndef helper(x): return abs(x) * len(A)\ndef f(x): return helper(x) * A['a'][0]"
    )
    for expected in (None, "grad_f"):
        found = Specialization(module_of(text).f, GOAL, (0.7,), {})
        assert (found._recalled is None) == (expected is None)
        assert found._compiled


STORES = """
import numpy as np
def f(x, y):
    flat = x.reshape(-1)
    flat[0] = np.sum(y) * 2
    return np.sum(x * x)
"""


def test_what_is_asked_of_the_memory_is_remembered(module_of):
    """An array passed twice, a transposed one, and the source that is looked at later."""
    goal, square = Goal("value"), np.ones((2, 2))
    kinds = [(np.ones((2, 2)), np.ones(2)), (square, square), (np.ones((2, 2)).T, np.ones(2))]
    for args in kinds:
        made = Specialization(module_of(STORES).f, goal, args, {})
        assert made._recalled is None
        assert made._compiled
    for args in kinds:
        module = module_of(STORES)
        found = Specialization(module.f, goal, args, {})
        assert found._recalled is not None
        assert found._outline.memory == Derivation(module.f, goal, args, {}).outline.memory
        assert "def f(" in found.source
        assert sum(found.fits(each, {}) for each in kinds) == 1
