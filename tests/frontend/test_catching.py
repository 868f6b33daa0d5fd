"""`try` and `suppress`: what sizes decide is caught while tracing; what only a run shows cannot be caught."""

from __future__ import annotations

import math
from contextlib import suppress

import numpy as np
import pytest

from bpcompiler.errors import UnsupportedError
from tests.frontend.staging import same, traced

U, V = np.array([0.5, -1.5, 2.0]), np.arange(7.0) + 1


def an_element_that_may_be_missing(u):
    try:
        y = u[5]
    except IndexError:
        y = 0.0
    return y * u[0]


def shapes_that_may_differ(u):
    try:
        y = u + np.ones(3)
    except ValueError:
        y = u
    return y


def suppressed(u):
    y = u[0]
    with suppress(IndexError):
        y = u[5]
    return y


def of_another_class(u):
    try:
        y = u[0] / (u[1] + 4.0) + math.floor(2.5)
    except (KeyError, AttributeError):
        y = 0.0
    return y


@pytest.mark.parametrize(
    "function",
    [an_element_that_may_be_missing, shapes_that_may_differ, suppressed, of_another_class],
    ids=lambda f: f.__name__,
)
def test_what_sizes_decide_is_caught(function):
    same(function, (U,))
    same(function, (V,))


def an_index(x, n):
    u = np.ones(3) * x
    try:
        y = u[n + int(x)]
    except IndexError:
        y = 0.0
    return y


def a_division(x, n):
    try:
        y = 1 / x
    except ZeroDivisionError:
        y = 2.0
    return y


def an_integer_division(x, n):
    try:
        y = 10 % int(x)
    except ArithmeticError:
        y = 2
    return y * x


def a_domain(x, n):
    try:
        y = math.log(x)
    except ValueError:
        y = 0.0
    return y


def an_overflow(x, n):
    try:
        y = math.exp(x)
    except OverflowError:
        y = math.inf
    return y


def in_a_branch(x, n):
    try:
        y = math.sqrt(x) if n > 2 else x
    except Exception:  # noqa: BLE001
        y = 0.0
    return y


def a_rounding(x, n):
    try:
        k = int(x)
    except (OverflowError, ValueError):
        k = 2
    return k * x


def a_step(x, n):
    try:
        for _ in range(0, 10, n):
            x = x * 1.1
    except ValueError:
        x = x * 3
    return x


def an_empty_maximum(x, n):
    try:
        y = max(v for v in [x, x * 2] if v > 1)
    except ValueError:
        y = 0.5
    return y


def a_name_that_may_be_unbound(x, n):
    if x > 1:
        y = x * 2
    try:
        z = y
    except NameError:
        z = 0.0
    return z


def suppressed_division(x, n):
    y = 0.0
    with suppress(ZeroDivisionError):
        y = 1 / x
    return y


@pytest.mark.parametrize(
    "function",
    [
        an_index, a_division, an_integer_division, a_domain, an_overflow, in_a_branch, a_rounding, a_step,
        an_empty_maximum, a_name_that_may_be_unbound, suppressed_division,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_what_a_run_shows_is_refused(function):
    with pytest.raises(UnsupportedError, match="which only the run of the program shows") as caught:
        traced(function, 1.5, 3)
    assert "test the condition" in caught.value.remedy
    assert caught.value.origin is not None
    assert caught.value.origin.file == __file__
