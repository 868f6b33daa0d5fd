"""`raise` and `assert` under traced conditions: the program raises, as Python does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bpcompiler.errors import UnsupportedError
from tests.frontend.asserting import asserts, asserts_a_number
from tests.frontend.staging import primitives, same, traced

VALUES = ((1.5,), (-1.5,), (0.0,), (7.0,), (math.nan,))


class TooLarge(ValueError):
    """An exception of the user's."""


def raises(x):
    if x > 5:
        raise TooLarge("at most 5")
    if x < 0:
        raise ValueError(f"{x:.3f} is negative, {x!r} and {round(x)}")
    return math.sqrt(x)


def raises_by_percent(x):
    if x > 5:
        raise ValueError("x is %.2f, not %g" % (x, x))
    if x < 0:
        raise ValueError("%.2f is negative, %r" % (x, x))
    if x < 1:
        raise ValueError("small: " + str(x) + "!")
    return x


def raises_in_else(x):
    if x >= 0:
        y = x
    else:
        raise ValueError
    return y


def raises_deep(x):
    for i in range(20):
        if x * i > 9:
            if i % 2:
                raise ValueError("odd", i)
            x = x / 4
    return x


def both_raise(x):
    if x < 6:
        if x > 1:
            raise ValueError("one")
        raise TypeError("two")
    return x


def not_bound(x):
    for i in range(int(x)):
        y = i * x
    return y


FUNCTIONS = [raises, raises_by_percent, raises_in_else, raises_deep, asserts, asserts_a_number, both_raise]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_the_program_raises_as_python_does(function):
    same(function, *VALUES)


def test_a_name_that_is_not_bound():
    same(not_bound, (3.0,), (0.5,), (1.0,))


def test_a_branch_that_only_raises_needs_no_block():
    assert "if_" not in primitives(asserts, 1.0)


def test_the_check_stands_at_the_user_s_line():
    check = next(e for e in traced(raises, 1.0).program.equations if e.primitive.name == "check")
    assert check.origin is not None
    assert check.origin.text == 'raise TooLarge("at most 5")'


def test_it_cannot_be_caught():
    def f(x):
        try:
            if x < 0:
                raise ValueError("no")
        except ValueError:
            return 0.0
        return x

    with pytest.raises(UnsupportedError, match="cannot be caught") as caught:
        traced(f, 1.0)
    assert caught.value.origin is not None
    assert caught.value.origin.text == 'raise ValueError("no")'
    assert "test the condition" in caught.value.remedy


def test_an_exception_of_numpy_s_in_a_branch():
    def f(x, c):
        return x[5] if c > 0 else x[0]

    x = np.arange(3.0)
    assert "check" in primitives(f, x, 1.0)
