"""Tolerances follow the program: tight where rounding is harmless, wide where it is not."""

import math

import numpy as np

from tests.oracles import dual
from tests.oracles.conditioning import coarse_rounding, conditioned_gradient


def test_harmless_programs_have_tight_tolerances():
    found = conditioned_gradient(lambda x: math.exp(math.sin(x)) * x, (0.7,))
    assert found.is_tight()
    assert 0.0 < found.tolerance[0] < 1e-13
    assert not found.disagreement(found.gradient * (1.0 + 1e-15))
    assert "instead of" in found.disagreement(found.gradient + 1e-12)
    assert "instead of" in found.disagreement(math.nan)


def test_cancellation_upstream_of_a_steep_function_widens_the_tolerance():
    def f(x):
        return math.sin(1e10 * ((x + 1e4) - 1e4))

    found = conditioned_gradient(f, (0.7,))
    # One rounding of x + 1e4 is 1e-12: the sine's argument moves by 1e-2.
    assert not found.is_tight()
    assert found.tolerance[0] > 1e-3 * abs(found.flat[0])


def test_a_tie_by_rounding_is_not_a_fair_test_but_an_exact_one_is():
    def by_luck(x):
        return np.maximum(0.1 * x + 0.2, 0.25)  # 0.05 + 0.2 rounds to 0.25

    def exact(x):
        return np.maximum(x + 0.25, 0.75) + np.max(np.array([x, 0.5, math.sin(x), math.sin(x)]))

    assert not conditioned_gradient(by_luck, (0.5,)).is_tight()
    found = conditioned_gradient(exact, (0.5,))
    assert found.is_tight()
    assert found.gradient == 1.0


def test_float32_has_its_own_spacing():
    def f(x):
        return np.sum(np.exp(x) * x)

    args = (np.array([0.5, 1.5], np.float32),)
    double = conditioned_gradient(f, args)
    single = conditioned_gradient(f, args, eps=float(np.finfo(np.float32).eps))
    np.testing.assert_allclose(single.tolerance, double.tolerance * 2.0**29)
    assert single.is_tight(1e-4)


def test_rounding_is_as_before_after_it():
    def f(x):
        return math.exp(x)

    with coarse_rounding(0):
        coarse = dual.gradient(f, (0.7,))
    assert coarse != math.exp(0.7)
    assert dual.gradient(f, (0.7,)) == math.exp(0.7)
