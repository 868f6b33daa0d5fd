"""Each corpus program runs in CPython, and the two oracles agree on its gradient."""

import numpy as np
import pytest

from tests.corpus import kinks
from tests.corpus.everything import ALL, CALLS
from tests.oracles import differences, dual, layout, trees

SMOOTH = [program for program in CALLS if program not in kinks.PROGRAMS]
KNOWN = [program for program in ALL if program.gradient is not None]
by_id = pytest.mark.parametrize("program", CALLS, ids=lambda program: program.id)


def test_ids_are_unique():
    ids = [program.id for program in CALLS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("program", SMOOTH, ids=lambda program: program.id)
def test_dual_gradient_agrees_with_differences(program):
    options = {"kwargs": program.kwargs, "argnums": program.argnums, "has_aux": program.has_aux}
    exact = trees.flatten(dual.gradient(program.function, program.args, **options))
    by_differences = differences.gradient(program.function, program.args, **options)
    error = trees.flatten(by_differences.error)
    np.testing.assert_array_less(error, 1e-6 * (1.0 + np.abs(exact)))  # else it proves nothing
    # Ridders' estimate is not a bound: a factor of ten, and rounding of the largest component.
    slack = 10.0 * error + 1e-9 * np.max(np.abs(exact), initial=1e-3)
    np.testing.assert_array_less(np.abs(exact - trees.flatten(by_differences.gradient)), slack)


@pytest.mark.parametrize("program", KNOWN, ids=lambda program: program.id)
def test_dual_gradient_is_the_known_one(program):
    found = dual.gradient(program.function, program.args, program.kwargs, program.argnums)
    np.testing.assert_allclose(trees.flatten(found), trees.flatten(program.gradient), rtol=1e-14, atol=1e-15)


@by_id
def test_duals_compute_the_program(program):
    with np.errstate(all="ignore"):
        expected = trees.flatten(
            program.function(*trees.map_leaves(layout.copy, program.args), **program.kwargs)
        )
    found = trees.flatten(dual.value(program.function, program.args, program.kwargs))
    single = any(np.asarray(leaf).dtype == np.float32 for leaf in trees.leaves(program.args))
    # Sums of object arrays run in order, NumPy's in pairs; float32 programs are computed in float64.
    np.testing.assert_allclose(found, expected, rtol=1e-5 if single else 1e-13)
