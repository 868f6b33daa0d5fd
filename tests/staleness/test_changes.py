"""Whatever a function depends on may change between two calls: the next call answers as Python would.

Each case is a module with a function `f(x)`, and what then happens to the module, one change after the other.
"""

import math

import numpy as np
import pytest

import bpcompiler as bp
from tests.staleness.changes import CASES, run

pytestmark = pytest.mark.usefixtures("evaluated")


def slope(f, x):
    """The derivative of a smooth function, by central differences with one extrapolation."""
    coarse, fine = ((f(x + h) - f(x - h)) / (2 * h) for h in (2e-4, 1e-4))
    return (4 * fine - coarse) / 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_changed_dependency_is_seen_at_the_next_call(case, module_of):
    module = module_of(case.text)
    differentiated = bp.value_and_grad(module.f)
    for change in ("pass", *case.changes):
        run(change, module)
        for x in (0.7, 1.3, 1.1):
            made = len(differentiated._specializations)
            value, gradient = differentiated(x)
            assert math.isclose(value, module.f(x), rel_tol=1e-14), change
            assert math.isclose(gradient, slope(module.f, x), rel_tol=1e-7, abs_tol=1e-9), change
            assert x != 1.1 or len(differentiated._specializations) == made, "traced for nothing"


def test_the_cases_change_what_the_function_returns(module_of):
    """A change that changes nothing would show nothing."""
    for case in CASES:
        module = module_of(case.text)
        values = []
        for change in ("pass", *case.changes):
            run(change, module)
            values.append(float(np.sum(module.f(0.7))))
        assert len(set(values)) > 1, case.name
