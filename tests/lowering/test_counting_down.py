"""A loop that counts down around others hides from LLVM that rows go backwards: inner loops are vectors."""

import re

import numpy as np
import pytest

import bpcompiler as bp


def through_rows(theta, x, steps):
    for _ in range(steps):
        x = x + 0.01 * np.sin(theta - x) * x
    return np.mean(x**2)


def through_numbers(x, steps):
    for _ in range(steps):
        x = np.sin(x) * x + 0.5
    return x


def test_only_loops_around_loops_are_opaque():
    rows = bp.grad(through_rows).specialize(0.7, np.ones(5), 3).lowered_source
    assert re.search(r"for (\w+) in range\(steps - 1, -1, -1\):\n +\1 = opaque\(\1\)\n", rows)
    assert "opaque" not in bp.grad(through_numbers).specialize(0.7, 3).lowered_source


@pytest.mark.parametrize(("n", "steps"), [(5, 4), (40, 3), (3, 0), (0, 2)])
def test_what_is_computed_is_the_same(n, steps):
    x = np.linspace(0.5, 1.5, n)
    with np.errstate(all="ignore"):
        found = bp.grad(through_rows)(0.7, x, steps)
    if n == 0:
        assert np.isnan(found) or found == 0.0
        return
    slope = (through_rows(0.7 + 1e-6, x, steps) - through_rows(0.7 - 1e-6, x, steps)) / 2e-6
    assert found == pytest.approx(slope, rel=1e-6, abs=1e-12)
