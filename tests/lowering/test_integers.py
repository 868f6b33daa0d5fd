"""Floats that become Python integers, and divisions of those: checked in compiled code."""

from __future__ import annotations

import math

import pytest

import bpcompiler as bp


def test_a_float_without_an_integer_is_an_error_at_the_users_line() -> None:
    floor = bp.jit(lambda x: math.floor(x) * 2)
    assert (floor(2.5), floor(-2.5)) == (4, -6)
    for bad in (math.nan, math.inf, -math.inf, 1e300):
        with pytest.raises(ValueError, match="cannot convert float") as caught:
            floor(bad)
        assert "test_integers.py" in str(caught.value.__notes__)
    assert floor(-9.0e18) == 2 * int(-9.0e18) + 2**64  # 64 bits wrap, as NumPy's do


def test_python_integers_do_not_divide_by_zero() -> None:
    divide = bp.jit(lambda x, n: 10 // math.floor(x) + n % math.floor(x))
    assert divide(3.5, 7) == 4
    with pytest.raises(ZeroDivisionError, match="integer division or modulo by zero"):
        divide(0.5, 7)
