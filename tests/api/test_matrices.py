"""jvp, vjp, hvp, jacobian, hessian, nested transforms, check_grad: against mathematics and one another."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import bpcompiler as bp

RNG = np.random.default_rng(7)
A = RNG.standard_normal((4, 3))
X = RNG.standard_normal(3)


def affine(x: Any) -> Any:
    return np.tanh(A @ x)


def energy(x: Any) -> Any:
    return np.sum(np.exp(A @ x)) + x[0] * x[1]


def energy_hessian(x: Any) -> Any:
    hessian = A.T @ np.diag(np.exp(A @ x)) @ A
    hessian[0, 1] += 1
    hessian[1, 0] += 1
    return hessian


def test_jvp_and_vjp_are_products_with_the_jacobian() -> None:
    jacobian = np.diag(1 - np.tanh(A @ X) ** 2) @ A
    v, w = RNG.standard_normal(3), RNG.standard_normal(4)
    value, tangent = bp.jvp(affine, (X,), (v,))
    np.testing.assert_allclose(value, affine(X), rtol=1e-15)
    np.testing.assert_allclose(tangent, jacobian @ v, rtol=1e-12)
    again, pull_back = bp.vjp(affine, X)
    np.testing.assert_array_equal(again, value)
    np.testing.assert_allclose(pull_back(w)[0], w @ jacobian, rtol=1e-12)
    np.testing.assert_allclose(bp.jacobian(affine)(X), jacobian, rtol=1e-12)


def test_hessians_agree_in_every_way_to_write_them() -> None:
    expected = energy_hessian(X)
    np.testing.assert_allclose(bp.hessian(energy)(X), expected, rtol=1e-12)
    np.testing.assert_allclose(bp.jacobian(bp.grad(energy))(X), expected, rtol=1e-12)
    v = RNG.standard_normal(3)
    np.testing.assert_allclose(bp.hvp(energy, (X,), (v,))[0], expected @ v, rtol=1e-12)
    np.testing.assert_allclose(bp.grad(lambda x: bp.grad(energy)(x) @ v)(X), expected @ v, rtol=1e-12)
    np.testing.assert_allclose(bp.jvp(bp.grad(energy), (X,), (v,))[1], expected @ v, rtol=1e-12)


def test_third_derivative() -> None:
    third = bp.grad(bp.grad(bp.grad(lambda x: math.sin(x) * x**2)))
    x = 0.7
    expected = -math.cos(x) * x**2 - 6 * math.sin(x) * x + 6 * math.cos(x)
    assert third(x) == pytest.approx(expected, rel=1e-13)


def test_a_gradient_step_differentiated_in_its_rate() -> None:
    def after_step(rate: float, x: Any) -> Any:
        value, gradient = bp.value_and_grad(energy)(x)
        return energy(x - rate * gradient) + 0.0 * value

    gradient = bp.grad(energy)(X)
    expected = -gradient @ bp.grad(energy)(X - 0.01 * gradient)
    assert bp.grad(after_step)(0.01, X) == pytest.approx(expected, rel=1e-12)


def test_matrices_of_containers() -> None:
    def f(p: dict[str, Any], s: float) -> dict[str, Any]:
        return {"sum": s * np.sum(p["w"]), "w": p["w"][1:] * p["b"]}

    p = {"w": X, "b": 2.0}
    jacobian = bp.jacobian(f, argnums=(0, 1))(p, 3.0)
    np.testing.assert_array_equal(jacobian["sum"][0]["w"], np.full(3, 3.0))
    assert jacobian["sum"][1] == pytest.approx(X.sum())
    np.testing.assert_array_equal(jacobian["w"][0]["w"], 2.0 * np.eye(3)[1:])
    np.testing.assert_array_equal(jacobian["w"][0]["b"], X[1:])
    np.testing.assert_array_equal(jacobian["w"][1], np.zeros(2))
    hessian = bp.hessian(lambda p: p["b"] * np.sum(p["w"] ** 2))(p)
    np.testing.assert_array_equal(hessian["w"]["w"], 4.0 * np.eye(3))
    np.testing.assert_array_equal(hessian["w"]["b"], 2 * X)
    np.testing.assert_array_equal(hessian["b"]["w"], 2 * X)
    assert hessian["b"]["b"] == 0.0


def test_check_grad_names_the_argument_and_the_element() -> None:
    bp.check_grad(energy, X)
    bp.check_grad(lambda x, p: np.sum(x * p["k"]), X.astype(np.float32), {"k": 2.0})

    def detached(x: Any, y: Any) -> Any:
        return np.sum(x) + np.sum(bp.stop_gradient(y) ** 2)

    with pytest.raises(bp.Error, match=r"argument 1, element \[2\]: the gradient is 0.0"):
        bp.check_grad(detached, X, np.array([0.0, 0.0, 3.0]))


def test_directions_must_fit() -> None:
    with pytest.raises(bp.Error, match="shape"):
        bp.jvp(affine, (X,), (np.ones(4),))
    with pytest.raises(bp.Error, match="structure"):
        bp.jvp(lambda p: p["a"], ({"a": 1.0},), ([1.0],))
