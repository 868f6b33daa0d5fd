"""Gradients through lists that a loop appends to: compiled, against dual numbers, for any number of turns."""

from __future__ import annotations

import numpy as np
import pytest

import bpcompiler as bp
from tests.oracles import dual


def losses(x, n):
    found = []
    for i in range(n):
        x = np.sin(x) * 0.9 + i
        found.append(x * x)
    return np.sum(found) + x


def by_python(x, n):
    found = [x]
    for i in range(1, n + 1):
        found.append(found[-1] * 0.5 + np.cos(found[i - 1]))
    return sum(found) / len(found) + max(found) * found[0]


def trajectory(x, n):
    u = np.array([x, 1.0])
    states = [u.copy()]
    for i in range(n):
        u[0] += np.sin(u[1]) * 0.1
        u[1] -= u[0] * (i + 1) * 0.1
        states.append(u.copy())
    path = np.array(states)
    return np.mean(path**2) + states[-1][0] * states[0][1]


def used_by_another_loop(x, n):
    squares, total = [], 0.0
    for i in range(n):
        squares.append(x * x + i)
    for i, each in enumerate(squares):
        total += each * squares[n - 1 - i]
    return total


def nested(x, n):
    total = 0.0
    for i in range(n):
        row = []
        for k in range(n):
            row.append(np.sin(x * i + k))
        total += sum(row) * row[0]
    return total


@pytest.mark.parametrize("function", [losses, by_python, trajectory, used_by_another_loop, nested])
def test_gradients_for_any_number_of_turns(function):
    compiled = bp.value_and_grad(function)
    for n in (2, 0, 1, 5):
        value, slope = compiled(0.7, n)
        np.testing.assert_allclose(value, function(0.7, n), rtol=1e-13)
        np.testing.assert_allclose(slope, dual.gradient(function, (0.7, n)), rtol=1e-12)
    assert len(compiled._specializations) == 1


def over_an_array(x):
    found = []
    for each in x:
        found.append(np.exp(each) * x[0])
    return np.sum(found)


def test_gradients_for_arrays_of_any_length():
    compiled = bp.value_and_grad(over_an_array)
    for n in (2, 1, 5):
        x = np.linspace(0.1, 0.8, n)
        value, slope = compiled(x)
        np.testing.assert_allclose(value, over_an_array(x), rtol=1e-13)
        np.testing.assert_allclose(slope, dual.gradient(over_an_array, (x,)), rtol=1e-12)


def test_a_second_derivative():
    curvature = bp.grad(bp.grad(losses))
    for n in (2, 0, 5):
        expected = dual.hessian(losses, (0.7, n))
        np.testing.assert_allclose(curvature(0.7, n), expected, rtol=1e-10, atol=1e-12)


def recorded(x, n):
    totals, states, numbers, flags = [], [], [], []
    for i in range(n):
        x = 0.9 * x
        totals.append(np.sum(x))
        states.append(x)
        numbers.append(0.5 * i)
        flags.append(i > 1)
    return totals, {"states": states, "more": (numbers, flags)}


def test_lists_are_returned_as_lists_of_what_they_are_of():
    compiled, x = bp.jit(recorded), np.array([1.0, 2.0])
    for n in (3, 0, 1):
        found, expected = compiled(x, n), recorded(x, n)
        assert repr(found) == repr(expected)
        assert [type(each) for each in found[1]["more"][0]] == [float] * n
    assert len(compiled._specializations) == 1
    assert "for i in range(n):" in compiled.source
    assert "numbers.tolist()" in compiled.source


def with_losses(x, n):
    kept = []
    for _ in range(n):
        x = x * x
        kept.append(x)
    return x, kept


@bp.jit
def of_nested_gradients(x, n):
    (value, kept), slope = bp.value_and_grad(with_losses, has_aux=True)(x, n)
    kept.append(slope)
    return value, kept, len(kept)


def test_lists_beside_a_gradient():
    assert bp.value_and_grad(with_losses, has_aux=True)(1.5, 3) == (
        (1.5**8, [1.5**2, 1.5**4, 1.5**8]),
        8 * 1.5**7,
    )
    assert of_nested_gradients(1.5, 2) == (1.5**4, [1.5**2, 1.5**4, 4 * 1.5**3], 3)


def powers(x, n):
    return [x * x * i for i in range(n)]


def test_derivatives_of_lists_are_lists():
    assert bp.jvp(powers, (1.5, 3), (2.0, None)) == ([0.0, 2.25, 4.5], [0.0, 6.0, 12.0])
    value, pull_back = bp.vjp(powers, 1.5, 3)
    assert (value, pull_back([1.0, 2.0, 3.0])) == ([0.0, 2.25, 4.5], (24.0, None))
    assert bp.jacobian(powers)(1.5, 3) == [0.0, 3.0, 6.0]
