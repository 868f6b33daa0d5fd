"""Generated programs run in CPython, have findable source, and both oracles agree on their gradients."""

import inspect

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.generators import arrays, scalars
from tests.generators.source import make
from tests.oracles import differences, dual, trees
from tests.oracles.conditioning import conditioned_gradient

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def agree(program):
    function = program.function
    exact = conditioned_gradient(function, program.args, argnums=program.argnums)
    assume(exact.is_tight())
    found = differences.gradient(function, program.args, argnums=program.argnums, step=0.004)
    error = trees.flatten(found.error)
    scale = np.max(np.abs(exact.flat), initial=1.0)
    # Where the estimate is bad a kink is within the step, or the program is steep: nothing is shown there.
    shown = error < 1e-6 * scale
    off = np.abs(exact.flat - trees.flatten(found.gradient))
    assert np.all(off[shown] <= 10.0 * error[shown] + 1e-8 * scale)
    return exact, shown


@QUICK
@given(scalars.programs())
def test_scalar_programs(program):
    assert np.isfinite(program.function(*program.args))
    assert "def program" in inspect.getsource(program.function)
    agree(program)


@QUICK
@given(arrays.programs() | arrays.programs(mutating=True))
def test_array_programs(program):
    with np.errstate(all="ignore"):
        value = program.function(*program.args)
    assert np.isfinite(value)
    agree(program)


STRATEGIES = {
    "scalars": scalars.programs(),
    "arrays": arrays.programs(),
    "float32": arrays.programs(float32=True),
    "kinks": arrays.programs(kinks=True),
    "mutating": arrays.programs(mutating=True),
}


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
def test_most_programs_are_fair_tests(strategy):
    tight, shown = [], []

    @settings(QUICK, max_examples=150)
    @given(strategy)
    def run(program):
        exact = conditioned_gradient(program.function, program.args, argnums=program.argnums)
        tight.append(exact.is_tight())
        shown.append(np.any(exact.flat != 0.0))

    run()
    assert np.mean(tight) > 0.9
    assert np.mean(shown) > 0.75


def test_make_gives_one_file_to_one_text():
    first, second = make("def program(x):\n    return x\n"), make("def program(x):\n    return 2 * x\n")
    assert inspect.getsourcefile(first) != inspect.getsourcefile(second)
    assert inspect.getsource(second) == "def program(x):\n    return 2 * x\n"
    assert dual.gradient(second, (1.5,)) == 2.0
