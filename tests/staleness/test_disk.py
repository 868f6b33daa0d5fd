"""What an earlier process left on the disk is taken only where a fresh trace would come to the same.

Importing the module anew stands for another process: all of its objects are new.
"""

import math

import numpy as np
import pytest

from bpcompiler.boundaries import boundary_of
from bpcompiler.derivation import Derivation
from bpcompiler.goal import Goal
from bpcompiler.specialization import Specialization
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
        same = found._recalled.text == fresh.compiled(boundary_of(fresh.outline)).text
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


CHECKS = """
def f(x, k):
{comment}
    return x[k[0]] * 2.0
"""


def test_checks_are_remembered_with_the_lines_that_they_name(module_of):
    def error(comment):
        module = module_of(CHECKS.format(comment=comment))
        found = Specialization(module.f, GOAL, (np.ones(3), np.array([1])), {})
        with pytest.raises(IndexError, match="index 7 is out of bounds for axis 0 with size 3") as caught:
            found.entry((np.ones(3), np.array([7])), {})
        assert caught.value.origin.source_line == "    return x[k[0]] * 2.0"
        return found._recalled is not None, caught.value.origin.line

    assert error("    pass") == (False, 6)
    assert error("    pass") == (True, 6)
    assert error("    # the same code\n    # two lines down\n    pass") == (False, 8)
    assert error("    # the same code\n    # two lines down\n    pass") == (True, 8)


RAISES = """
class Own(ValueError): pass
def f(x):
    if x < 0: raise {name}(f"{{x:.1f}} is negative", x)
    return x * 2
"""


@pytest.mark.parametrize("name", ["ValueError", "Own"])
def test_what_is_raised_is_remembered_unless_the_class_is_the_users(module_of, name):
    for number in range(2):
        module = module_of(RAISES.format(name=name))
        found = Specialization(module.f, GOAL, (0.7,), {})
        assert (found._recalled is None) == (name == "Own" or number == 0)
        with pytest.raises(ValueError, match="-1.0 is negative") as caught:
            found.entry((-1.0,), {})
        assert type(caught.value) is vars(module).get(name, ValueError)
        assert caught.value.args == ("-1.0 is negative", -1.0)
