"""What the user raises, and what is out of bounds, in loops and branches of machine code."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import bpcompiler as bp


class Unsuitable(ArithmeticError):
    """An exception of the user's own."""


def outcome(function: Any, *args: Any) -> tuple[type, tuple[Any, ...]] | Any:
    """Return what a call returns, or the class and the arguments of what it raises."""
    try:
        return function(*args)
    except Exception as error:  # noqa: BLE001 -- whatever it is, both must raise it
        return type(error), error.args


def raising(x: Any, limit: float) -> Any:
    total = 0.0
    for i in range(len(x)):
        if x[i] > limit:
            for j in range(i):
                if x[j] < 0:
                    raise ValueError(f"x[{j}] = {x[j]:.3f} before {i}, {x[i]!r} > {limit}")
            raise OverflowError(i, limit)
        total += x[i]
    return total


def asserting(x: Any) -> Any:
    k = 0
    while k < len(x):
        assert x[k] > 0, f"{k}: {x[k]!r}"
        x[k] = math.sqrt(x[k])
        k += 1
    return np.sum(x)


def own(x: Any) -> Any:
    for i in range(len(x)):
        if not x[i] < 3.0:
            raise Unsuitable(i, x[i])
    return x[0]


def helper(x: Any, k: int) -> Any:
    return x[k]


def nested(x: Any, n: int) -> Any:
    total = 0.0
    for i in range(n):
        if i % 2 == 1:
            total += helper(x, i)
    return total


@pytest.mark.parametrize(
    "args",
    [
        (np.array([1.0, 2.0]), 5.0),
        (np.array([1.0, 7.25]), 5.0),
        (np.array([-0.5, 7.25]), 5.0),
        (np.array([]), 5.0),
    ],
    ids=range(4),
)
def test_exceptions_and_their_values_are_the_users(args: Any) -> None:
    assert outcome(bp.jit(raising), *args) == outcome(raising, *args)


def test_what_was_written_before_an_assertion_stays_written() -> None:
    function = bp.jit(asserting)
    for start in ([4.0, 9.0, -1.0, 16.0], [4.0, 9.0], [math.nan, 1.0]):
        ours, theirs = np.array(start), np.array(start)
        found, expected = outcome(function, ours), outcome(asserting, theirs)
        if isinstance(expected, tuple):  # pytest adds lines to what an assertion says
            expected = expected[0], (expected[1][0].split("\n")[0],)
        assert found == expected
        np.testing.assert_array_equal(ours, theirs)


def test_a_class_of_the_users_is_raised_with_its_values() -> None:
    with pytest.raises(Unsuitable) as caught:
        bp.jit(own)(np.array([1.0, math.inf]))
    assert caught.value.args == (1, math.inf)
    assert type(caught.value.args[1]) is np.float64


def test_nothing_runs_after_an_index_out_of_bounds_in_a_helper() -> None:
    function = bp.jit(nested)
    x = np.arange(4.0)
    assert function(x, 4) == nested(x, 4)
    for n in (6, 100):
        with pytest.raises(IndexError, match="index 5 is out of bounds for axis 0 with size 4") as caught:
            function(x, n)
        assert "return x[k]" in str(caught.value)


def test_gradients_raise_the_same() -> None:
    gradient = bp.grad(raising)
    args = np.array([-0.5, 7.25]), 5.0
    assert outcome(gradient, *args) == outcome(raising, *args)
    np.testing.assert_array_equal(gradient(np.array([1.0, 2.0]), 5.0), [1.0, 1.0])


def stores(x: Any, at: Any, k: int) -> Any:
    for i in range(len(at)):
        x[at[i]] = 2.0 * x[at[i] - k]
    return x[0]


def test_stores_before_a_fault_stay_and_the_rest_is_not_made() -> None:
    function = bp.jit(stores)
    for at in ([0, 1, -1], [2, -2, 9, 1], [-3, -4]):
        ours, theirs = np.arange(1.0, 4.0), np.arange(1.0, 4.0)
        found, expected = (outcome(f, x, np.array(at), 1) for f, x in ((function, ours), (stores, theirs)))
        assert found == expected or issubclass(found[0], expected[0])
        np.testing.assert_array_equal(ours, theirs)
