"""A failed call leaves no damage, and errors of compiled code name the place too."""

import os
import sys

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import Error, IndexOutOfBoundsError, NeedsValueError, OutsideWriteError, ShapeError
from bpcompiler.frontend.trace import _CURRENT
from tests.errors.cause import place

STATE = {"calls": 0, "values": [1.0]}


def fails_late(p, n):
    p["w"] = p["w"] * 2.0
    p["list"].append(1.0)
    with np.errstate(all="raise"):
        if n == 3:
            return sorted([p["w"], 0.0])[1]
        return p["w"] * n


def deep(x, n):
    if n == 0:
        return sorted([x, 0.0])[1]
    return deep(x, n - 1)


def writes(x):
    y = x * 2
    STATE["values"].append(y)
    return y


def test_arguments_and_settings_are_as_before():
    argument = {"w": 2.0, "list": [3.0]}
    before, limit = np.geterr(), sys.getrecursionlimit()
    gradient = bp.value_and_grad(fails_late)
    with pytest.raises(NeedsValueError):
        gradient(argument, 3)
    assert argument == {"w": 2.0, "list": [3.0]}
    assert np.geterr() == before
    assert sys.getrecursionlimit() == limit
    assert _CURRENT.get() is None
    assert gradient._specializations == ()


def test_the_next_good_call_works():
    gradient = bp.value_and_grad(fails_late)
    for _ in range(2):
        with pytest.raises(NeedsValueError):
            gradient({"w": 2.0, "list": [3.0]}, 3)
        value, found = gradient({"w": 2.0, "list": [3.0]}, 2)
        assert value == 8.0
        assert found == {"w": 4.0, "list": [0.0]}
    assert len(gradient._specializations) == 1


def test_the_recursion_limit_is_as_before_from_any_depth():
    limit = sys.getrecursionlimit()
    with pytest.raises(NeedsValueError):
        bp.grad(deep)(1.0, 100)
    assert sys.getrecursionlimit() == limit


def test_what_is_outside_is_as_before():
    with pytest.raises(OutsideWriteError):
        bp.grad(writes)(1.0)
    assert STATE == {"calls": 0, "values": [1.0]}


def test_a_transform_of_a_failing_function_inside_another():
    inner = bp.grad(lambda y: sorted([y, -y])[1])

    def f(x):
        return x * inner(x)

    with pytest.raises(NeedsValueError):
        bp.grad(f)(1.0)
    assert _CURRENT.get() is None
    assert bp.grad(lambda x: x * x)(3.0) == 6.0


def test_nothing_is_half_written(tmp_path, monkeypatch):
    monkeypatch.setenv("BPCOMPILER_CACHE_DIR", str(tmp_path))
    with pytest.raises(Error):
        bp.grad(deep)(1.0, 2)
    left = [name for _, _, names in os.walk(tmp_path) for name in names]
    assert not [name for name in left if not name.endswith(".json")]


# ------------------------------------------------------------------ errors of compiled code


def test_an_index_out_of_bounds_at_run_time():
    def picked(x, i):
        return np.sum(x[i] * 2.0)

    gradient = bp.grad(picked)
    x = np.arange(4.0)
    np.testing.assert_array_equal(gradient(x, np.array([1, 1, -1])), [0.0, 4.0, 0.0, 2.0])
    for wrong in (4, -5):
        with pytest.raises(IndexOutOfBoundsError) as caught:
            gradient(x, np.array([0, wrong]))
        first, quoted, caret, remedy = str(caught.value).splitlines()
        _, line, column, _ = place(picked, "x[i]")
        assert first == f"{__file__}:{line}:{column}: index {wrong} is out of bounds for axis 0 with size 4"
        assert quoted[caret.index("^") :].startswith("x[i]")
        assert remedy == "valid indices are from -4 to 3"
        assert isinstance(caught.value, IndexError)
        np.testing.assert_array_equal(x, np.arange(4.0))
    np.testing.assert_array_equal(gradient(x, np.array([1, 1, -1])), [0.0, 4.0, 0.0, 2.0])
    assert len(gradient._specializations) == 1


def test_shapes_that_do_not_match_at_a_later_call():
    def error(w, x, y):
        return np.sum((x @ w - y) ** 2)

    gradient = bp.grad(error)
    gradient(np.ones(2), np.ones((3, 2)), np.ones(3))
    with pytest.raises(
        ShapeError, match=r"operands could not be broadcast together with shapes \(3,\) \(4,\)"
    ):
        gradient(np.ones(2), np.ones((3, 2)), np.ones(4))
    with pytest.raises(ShapeError, match="the left operand, 2, is not that of the right one, 5"):
        gradient(np.ones(5), np.ones((3, 2)), np.ones(3))
    assert gradient(np.ones(2), np.ones((7, 2)), np.ones(7)).shape == (2,)
    assert len(gradient._specializations) == 1


def test_an_integer_division_by_zero_at_run_time():
    def halves(x, n):
        return x * (7 // n)

    gradient = bp.grad(halves)
    assert gradient(1.0, 2) == 3.0
    with pytest.raises(ZeroDivisionError) as caught:
        gradient(1.0, 0)
    assert any("7 // n" in note for note in caught.value.__notes__)
