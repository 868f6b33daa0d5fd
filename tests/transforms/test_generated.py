"""Random programs: evaluated as CPython computes them, differentiated as the dual numbers do it."""

import numpy as np
from hypothesis import HealthCheck, assume, given, settings

from bpcompiler.errors import NeedsValueError
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from tests.generators import arrays, scalars
from tests.oracles.conditioning import conditioned_gradient
from tests.transforms.programs import traced

QUICK = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

EPSILON = float(np.finfo(np.float64).eps)


def assert_near(gradient, exact, eps):
    """Within the oracle's tolerance, and what `1 - y * y` loses where y is nearly 1."""
    slack = exact.tolerance + 256 * eps * np.max(np.abs(exact.flat), initial=1.0)
    np.testing.assert_array_less(np.abs(gradient - exact.flat), slack)


def check(program, *, second=False, eps=EPSILON):
    function = program.function
    exact = conditioned_gradient(function, program.args, argnums=program.argnums, eps=eps)
    assume(np.all(np.isfinite(exact.flat)))
    try:
        found = traced(function, program.args, {}, program.argnums)
    except NeedsValueError:  # a branch on a float from outside: never static
        assume(False)
    with np.errstate(all="ignore"):
        expected = function(*program.args)
    (value, *_) = evaluate(found.program, found.arguments)
    assert type(value) is type(expected)
    np.testing.assert_allclose(value, expected, rtol=1e4 * eps, atol=1e4 * eps)
    assert_near(found.gradient(), exact, eps)
    if np.size(exact.flat) <= 16:
        assert_near(found.by_forward(), exact, eps)
    if second and np.size(exact.flat) <= 4:
        first, other = found.hessian(forward), found.hessian(reverse)
        scale = max(1.0, np.max(np.abs(first), initial=0.0))
        np.testing.assert_allclose(first, other, rtol=0, atol=1e-9 * scale)


@QUICK
@given(scalars.programs())
def test_programs_of_numbers(program):
    check(program)


@settings(QUICK, max_examples=12)
@given(scalars.programs())
def test_second_derivatives_of_programs_of_numbers(program):
    check(program, second=True)


@QUICK
@given(arrays.programs())
def test_programs_of_arrays(program):
    check(program)


@QUICK
@given(arrays.programs(kinks=True))
def test_programs_of_arrays_at_their_kinks(program):
    check(program)


@QUICK
@given(arrays.programs(float32=True))
def test_programs_of_mixed_floats(program):
    single = any(np.asarray(arg).dtype == np.float32 for arg in program.args)
    check(program, eps=float(np.finfo(np.float32 if single else np.float64).eps))
