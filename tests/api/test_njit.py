"""`f.njit(*example_args)`: what Numba's callers get is what Python's get."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

import bpcompiler as bp
from bpcompiler.errors import IndexOutOfBoundsError, ShapeError, UnsupportedError
from tests.allocations import counting
from tests.api import nopython_functions as functions
from tests.api.nopython_functions import Model, Point, TooLargeError, called, example

gradient = bp.value_and_grad(functions.loss)
raising = bp.grad(functions.raising)


@functools.cache
def flat_gradient():
    return gradient.njit(*example())


@functools.cache
def flat_raising():
    return raising.njit(np.ones(2), np.array([0]))


def test_leaves_go_in_and_tuples_come_out():
    params, x, y = example()
    value, (dw, db) = called(flat_gradient())(params["w"], params["b"], x, y)
    expected, gradients = gradient(params, x, y)
    assert (value, db) == (expected, gradients["b"])
    np.testing.assert_array_equal(dw, gradients["w"])


def test_a_list_that_a_loop_appended_to_is_an_array():
    flat = bp.jit(functions.halves).njit(1.0, 3)
    smallest, halves = called(flat)(1.0, 3)
    assert smallest == 0.125
    np.testing.assert_array_equal(halves, [0.5, 0.25, 0.125])
    assert "Returns (result[0], result[1])." in inspect.getdoc(flat.py_func)


def test_the_docstring_says_what_is_what():
    text = inspect.getdoc(flat_gradient().py_func)
    assert 'w  params["w"], float64[:]' in text
    assert 'Returns (value, (gradient["w"], gradient["b"])).' in text
    assert "Frozen: SCALE = 2.0; OFFSETS, float64, shape (2,); activation = 'tanh'." in text
    assert list(inspect.signature(flat_gradient().py_func).parameters) == ["w", "b", "x", "y"]


def test_other_sizes_and_layouts_are_fine_and_sizes_that_do_not_fit_are_errors():
    params, x, y = example(rows=8)
    strided = np.zeros((8, 6))
    strided[:, ::2] = x
    caller = called(flat_gradient())
    np.testing.assert_allclose(
        caller(params["w"], 0.3, strided[:, ::2], y)[1][0], gradient(params, x, y)[1]["w"], rtol=1e-14
    )
    with pytest.raises(ShapeError, match=r"made by .njit for arguments with x.shape\[1\] == len\(w\)"):
        caller(np.ones(2), 0.3, x, y)


def test_other_types_are_typing_errors():
    _, x, y = example()
    with pytest.raises(TypingError, match=r'params\["b"\] is float64 in the example .* and int64 here'):
        called(flat_gradient())(np.ones(3), 1, x, y)


def test_the_transformed_function_itself_is_a_typing_error_that_says_what_to_do():
    with pytest.raises(TypingError, match=r"value_and_grad of loss> cannot be called .*\n.*f.njit"):
        njit(lambda x: gradient(x))(1.0)
    energy = Model(1.0).energy
    with pytest.raises(TypingError, match=r"flat = f.njit\(\*example_args\)"):
        njit(lambda x: energy(x))(1.0)


@pytest.mark.parametrize(
    ("x", "i", "error", "message"),
    [
        (1.0, 2, IndexOutOfBoundsError, "an index is out of bounds: return x[i[0]] ** 2"),
        (200.0, 0, TooLargeError, "too large ("),
        (20.0, 0, ValueError, "raise OutOfRangeError(x[0], 10.0)"),
        (-1.0, 0, KeyError, 'raise KeyError(f"{x[0]} is negative")'),
    ],
)
def test_faults_are_exceptions_that_name_the_line(x, i, error, message):
    caller = called_raising()
    with pytest.raises(error) as caught:
        caller(np.full(2, x), np.array([i]))
    assert type(caught.value) is error
    assert message in str(caught.value)
    assert "nopython_functions.py:" in str(caught.value)


@functools.cache
def called_raising():
    return called(flat_raising())


def test_exceptions_leave_nothing_behind():
    flat, args = flat_raising(), (np.full(2, -1.0), np.array([0]))
    with counting() as counts:
        for _ in range(10):
            with pytest.raises(KeyError):
                flat(*args)
    assert counts.kept == 0


def test_what_is_no_number_is_frozen_and_left_out():
    made = bp.jit(lambda p: {"a": p.x * 2.0, "k": p.label, "rest": [p.n, (p.x,)]}).njit(Point(1.5, 3, "x"))
    assert called(made)(2.0, 4) == (4.0, (4, (2.0,)))


def test_a_method_freezes_its_object():
    model = Model(2.5)
    made = model.energy.njit(1.0)
    model.a = 7.0
    assert called(made)(3.0) == 15.0
    assert model.energy(3.0) == 42.0


def test_stores_are_seen_and_overlaps_are_errors():
    flat = functions.shift.njit(np.ones(5), np.ones(5))
    u, expected, v = np.arange(5.0), np.arange(5.0), np.arange(5.0) ** 2
    caller = called(flat)
    caller(u, v)
    functions.shift(expected, v)
    np.testing.assert_array_equal(u, expected)
    with pytest.raises(ShapeError, match=r"apart\(u, v\)"):
        caller(u, u)
    long = np.ones(12)
    caller(long[:5], long[6:11])
    with pytest.raises(ShapeError, match=r"apart\(u, v\)"):
        caller(long[:5], long[8:3:-1])


def test_one_array_passed_twice_stays_one_array():
    u, expected = np.arange(5.0), np.arange(5.0)
    caller = called(functions.shift.njit(u, u))
    caller(u, u)
    functions.shift(expected, expected)
    np.testing.assert_array_equal(u, expected)
    with pytest.raises(ShapeError, match="ctypes.data"):
        caller(u, expected)


def test_a_hessian_is_flat_too():
    hessian = bp.hessian(lambda x: x[0] ** 3 * x[1])
    x = np.array([2.0, 3.0])
    np.testing.assert_array_equal(called(hessian.njit(x))(x), [[36.0, 12.0], [12.0, 0.0]])
    with pytest.raises(TypingError, match="call that with the leaves"):
        njit(lambda x: hessian(x))(x)


def test_integers_that_decide_are_tested():
    summed = bp.grad(lambda x, axis: np.sum(np.sum(x, axis=axis) ** 2))
    caller = called(summed.njit(np.ones((2, 3)), 1))
    np.testing.assert_array_equal(caller(np.ones((4, 3)), 1), summed(np.ones((4, 3)), 1))
    with pytest.raises(ShapeError, match="axis == 1"):
        caller(np.ones((4, 3)), 0)


def test_a_training_loop_is_called_from_nopython_code():
    trained = bp.jit(functions.train)
    params, x, y = example()
    (w, b), value = called(trained.njit(params, x, y, 3))(params["w"], params["b"], x, y, 20)
    expected, last = trained(params, x, y, 20)
    assert (b, value) == (expected["b"], last)
    np.testing.assert_array_equal(w, expected["w"])


def test_a_trace_wants_the_function_itself():
    flat = flat_gradient()
    with pytest.raises(UnsupportedError, match="call the function that `.njit` was called on"):
        bp.grad(lambda b: flat(np.ones(3), b, np.ones((2, 3)), np.ones(2))[0])(1.0)


def test_single_precision_stays():
    square = bp.value_and_grad(lambda x, s: np.sum(s * x**2))
    value, slope = called(square.njit(np.ones(2, np.float32), np.float32(2.0)))(
        np.full(2, 3.0, np.float32), np.float32(0.5)
    )
    assert value == 9.0
    assert slope.dtype == np.float32
