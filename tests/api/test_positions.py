"""Keywords that name positional parameters are positions, in the first call and in every later one."""

import math

import numpy as np
import pytest

import bpcompiler as bp


def power(x, y, scale=1.0):
    return scale * x * math.sin(y)


def expected(x, y, scale=1.0):
    return scale * math.sin(y), scale * x * math.cos(y)


@pytest.mark.parametrize("first", [lambda g: g(2.0, 0.5), lambda g: g(y=0.5, x=2.0), lambda g: g(2.0, y=0.5)])
def test_each_way_of_giving_the_arguments_is_the_same_call(first):
    gradient = bp.grad(power, argnums=(0, 1))
    first(gradient)
    for call in (gradient(2.0, 0.5), gradient(2.0, y=0.5), gradient(x=2.0, y=0.5), gradient(y=0.5, x=2.0)):
        np.testing.assert_allclose(call, expected(2.0, 0.5), rtol=1e-14)
    assert len(gradient._specializations) == 1


def test_what_is_left_out_in_between_stays_left_out():
    def line(x, slope=2.0, shift=1.0):
        return slope * x * x + shift * x

    gradient = bp.grad(line)
    assert gradient(1.0) == 5.0
    assert gradient(1.0, shift=3.0) == 7.0
    assert gradient(1.0, 1.0, 3.0) == 5.0
    assert gradient(shift=3.0, x=1.0) == 7.0
    assert gradient(1.0) == 5.0


def test_pythons_own_errors_name_the_function():
    gradient = bp.grad(power)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"power\(\) got an unexpected keyword argument 'z'"):
            gradient(1.0, 2.0, z=1.0)
        with pytest.raises(TypeError, match=r"power\(\) missing 1 required positional argument: 'y'"):
            gradient(1.0)
        with pytest.raises(TypeError, match=r"power\(\) missing 1 required positional argument: 'x'"):
            gradient(y=1.0)
        with pytest.raises(
            TypeError, match=r"power\(\) takes from 2 to 3 positional arguments but 4 were given"
        ):
            gradient(1.0, 2.0, 3.0, 4.0)
        with pytest.raises(TypeError, match=r"power\(\) got multiple values for argument 'x'"):
            gradient(1.0, 2.0, x=3.0)
        gradient(1.0, 2.0)


def test_parameters_with_names_that_the_entry_uses():
    def clash(kernel, math, MISS, c0):
        return kernel * math * MISS * c0

    gradient = bp.grad(clash, argnums=(0, 1, 2, 3))
    for _ in range(2):
        assert gradient(1.0, 2.0, 3.0, 4.0) == (24.0, 12.0, 8.0, 6.0)
        assert gradient(1.0, c0=4.0, MISS=3.0, math=2.0) == (24.0, 12.0, 8.0, 6.0)


def test_a_global_with_the_name_of_a_parameter_is_another():
    def uses(x, np_):
        return x * np.sum(np_)

    gradient = bp.grad(uses)
    assert gradient(1.0, np.ones(3)) == 3.0
    assert gradient(x=1.0, np_=np.ones(3)) == 3.0


def test_keyword_only_parameters_stay_keywords():
    def scaled(x, *, by):
        return by * x * x

    gradient = bp.grad(scaled)
    for _ in range(2):
        assert gradient(1.0, by=3.0) == 6.0
        assert gradient(x=1.0, by=3.0) == 6.0
