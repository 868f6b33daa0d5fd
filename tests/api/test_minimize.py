"""`bp.minimize`, and SciPy's own functions with transformed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import optimize

import bpcompiler as bp
from bpcompiler.errors import ArgumentError

START = np.array([-1.2, 1.0, 0.5])
RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 2))
Y = X @ [1.5, -2.0] + 0.75


def rosenbrock(x, a=100.0):
    return np.sum(a * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def squares(params, x, y):
    return np.mean((x @ params["w"] + params["b"] - y) ** 2) + 0.01 * params["scale"][0] ** 2


value_and_grad = bp.value_and_grad(rosenbrock)
EXACT = {"w": np.array([1.5, -2.0]), "b": 0.75, "scale": (0.0, "fixed", 7)}
GIVEN = {"w": np.zeros(2), "b": 0.0, "scale": (1.0, "fixed", 7)}


@dataclass
class Line:
    slope: float
    offsets: Any


# ------------------------------------------------------------------ SciPy with transformed functions


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP", None])
def test_scipy_takes_the_value_and_gradient(method):
    found = optimize.minimize(value_and_grad, START, args=(10.0,), jac=True, method=method)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-3)
    assert found.fun < 1e-6


@pytest.mark.parametrize("method", ["Newton-CG", "trust-exact", "dogleg", "trust-constr"])
def test_scipy_takes_the_hessian(method):
    hessian = bp.hessian(rosenbrock)
    start = np.array([1.1, 1.2, 1.4])  # where the Hessian is positive definite, as dogleg wants
    found = optimize.minimize(value_and_grad, start, args=(10.0,), jac=True, hess=hessian, method=method)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-5)


def test_scipy_takes_products_with_the_hessian():
    def product(x, p):
        return bp.hvp(rosenbrock, (x,), (p,))[0]

    found = optimize.minimize(value_and_grad, START, jac=True, hessp=product, method="trust-krylov")
    np.testing.assert_allclose(found.x, 1.0, atol=1e-6)


def test_least_squares_and_roots_take_the_jacobian():
    def residual(x):
        return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])

    jacobian = bp.jacobian(residual)
    for solve in (optimize.least_squares, optimize.root):
        np.testing.assert_allclose(solve(bp.jit(residual), START[:2], jac=jacobian).x, 1.0, atol=1e-9)


# ------------------------------------------------------------------ nested parameters


def assert_found(found):
    assert found.success
    assert list(found.params) == list(GIVEN)
    np.testing.assert_allclose(found.params["w"], EXACT["w"], atol=2e-4)
    assert found.params["b"] == pytest.approx(0.75, abs=2e-4)
    assert found.params["scale"][1:] == ("fixed", 7)
    assert type(found.params["b"]) is float


@pytest.mark.parametrize(
    "method", ["L-BFGS-B", "BFGS", "Newton-CG", "trust-ncg", "trust-exact", "Nelder-Mead"]
)
def test_every_kind_of_method_gets_what_it_wants(method):
    found = bp.minimize(squares, GIVEN, X, Y, method=method, tolerance=1e-8, options={"maxiter": 2000})
    assert_found(found)
    assert found.fun < 1e-6
    assert found.x.shape == (4,)
    assert GIVEN["w"].any() == 0


def test_it_is_what_scipy_finds_on_the_vector():
    expected = optimize.minimize(value_and_grad, START, jac=True, method="L-BFGS-B")
    found = bp.minimize(rosenbrock, START)
    np.testing.assert_array_equal(found.params, expected.x)
    assert (found.nit, found.nfev, found.fun) == (expected.nit, expected.nfev, expected.fun)


def test_transformed_functions_are_taken_for_what_they_were_made_of():
    for function in (bp.jit(rosenbrock), value_and_grad, bp.grad(rosenbrock, precise=True)):
        np.testing.assert_allclose(bp.minimize(function, START).params, 1.0, atol=1e-4)


def test_nothing_is_traced_again(monkeypatch):
    bp.minimize(squares, GIVEN, X, Y)
    monkeypatch.setattr(bp.transformed.Transformed, "specialize", None)
    assert_found(bp.minimize(squares, GIVEN, X, Y))


def test_bounds_are_nested_as_the_parameters():
    found = bp.minimize(squares, GIVEN, X, Y, bounds={"w": (-1.0, None), "b": (None, 0.25)})
    assert found.params["w"][1] == -1.0
    assert found.params["b"] == 0.25
    each = bp.minimize(squares, GIVEN, X, Y, bounds={"w": [(None, 1.0), (-1.0, None)]})
    assert list(each.params["w"]) == [1.0, -1.0]
    arrays = bp.minimize(
        squares, GIVEN, X, Y, bounds={"w": (None, np.array([1.0, -2.5])), "scale": [(0.5, 2), None, None]}
    )
    assert list(arrays.params["w"]) == [1.0, -2.5]
    assert arrays.params["scale"][0] == 0.5


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"v": (0, 1)}, "the bounds of params have 'v', which that has not"),
        ((0, 1), r"the bounds of params are \(0, 1\), not a dict"),
        ({"w": 3}, r'the bounds of params\["w"\] are 3, not \(low, high\)'),
        ({"w": [(0, 1)]}, r"not \(low, high\)"),
        ({"b": [(0, 1), (0, 1)]}, r"not \(low, high\)"),
        ({"w": (np.zeros(3), None)}, r'a bound of params\["w"\] has shape \(3,\) where \(2,\) is needed'),
        ({"scale": (None, None, (1, 2))}, r'params\["scale"\]\[2\] is no float'),
        ({"scale": (None, (1, 2), None)}, r'params\["scale"\]\[1\] is no float'),
    ],
)
def test_wrong_bounds(bounds, message):
    with pytest.raises(ArgumentError, match=message):
        bp.minimize(squares, GIVEN, X, Y, bounds=bounds)


def test_objects_and_single_precision():
    def distance(line):
        return (line.slope - 2.0) ** 2 + np.sum((line.offsets - 3.0) ** 2)

    found = bp.minimize(distance, Line(0.0, np.zeros((2, 1), np.float32)), bounds={"slope": (None, 1.5)})
    assert found.params.slope == 1.5
    assert found.params.offsets.dtype == np.float32
    np.testing.assert_allclose(found.params.offsets, [[3.0], [3.0]], rtol=1e-5)


def test_the_callback_sees_the_parameters_and_may_stop():
    seen = []

    def callback(params):
        seen.append(params)
        if len(seen) == 2:
            raise StopIteration

    found = bp.minimize(squares, GIVEN, X, Y, method="BFGS", callback=callback)
    assert len(seen) == found.nit == 2
    np.testing.assert_array_equal(seen[-1]["w"], found.params["w"])
    assert not np.array_equal(seen[0]["w"], seen[1]["w"])


def test_what_cannot_be_minimised():
    with pytest.raises(ArgumentError, match="no floats among the parameters"):
        bp.minimize(squares, {"n": 3})
    with pytest.raises(ArgumentError, match="not what is minimised"):
        bp.minimize(bp.grad(squares, argnums=1), GIVEN, X, Y)
