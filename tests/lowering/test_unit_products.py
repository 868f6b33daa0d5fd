"""Products with a matrix of one column, or of a column and a row, are loops that fuse with others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bpcompiler as bp


def network(w1: Any, w2: Any, X: Any, y: Any) -> Any:
    hidden = np.maximum(X @ w1, 0.0)
    return np.mean((hidden @ w2 - y) ** 2)


def by_hand(w1: Any, w2: Any, X: Any, y: Any) -> tuple[Any, Any, Any]:
    hidden = np.maximum(X @ w1, 0.0)
    residual = hidden @ w2 - y
    dy = 2.0 * residual / residual.size
    return np.mean(residual**2), X.T @ (dy @ w2.T * (hidden > 0)), hidden.T @ dy


def sample(rows: int, columns: int, dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(rows)
    return [rng.normal(size=s).astype(dtype) for s in ((3, 5), (5, columns), (rows, 3), (rows, columns))]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_value_and_gradient_are_the_products_whatever_the_sizes(dtype: Any) -> None:
    gradient = bp.value_and_grad(network, argnums=(0, 1))
    for rows, columns in ((4, 1), (1, 1), (7, 1), (4, 2), (1, 2), (1, 1)):
        arguments = sample(rows, columns, dtype)
        value, grads = gradient(*arguments)
        expected, *others = by_hand(*(a.astype(np.float64) for a in arguments))
        tolerance = 50 * np.finfo(dtype).eps
        np.testing.assert_allclose(value, expected, rtol=tolerance)
        for actual, wanted in zip(grads, others, strict=True):
            assert actual.dtype == dtype
            np.testing.assert_allclose(actual, wanted, rtol=tolerance, atol=tolerance)


def of_columns(w: Any, X: Any) -> Any:
    return np.sum(np.tanh(X @ w) ** 2)


def test_blas_is_not_called_for_them() -> None:
    X = np.ones((4, 3))
    gradient = bp.value_and_grad(of_columns, argnums=(0, 1))
    assert "gemm" not in gradient.specialize(np.ones((3, 1)), X).lowered_source
    assert gradient.specialize(np.ones((3, 2)), X).lowered_source.count(" gemm(") == 3


def test_rows_are_no_reason_to_compile_again() -> None:
    gradient = bp.value_and_grad(network, argnums=(0, 1))
    first = gradient.specialize(*sample(1, 1)).lowered_source
    assert gradient.specialize(*sample(9, 1)).lowered_source == first


def added(a: Any, b: Any, turns: Any) -> Any:
    total = np.zeros((len(a), 1))
    for _ in range(turns):
        total += a @ b
        total = total + (a.T @ total).T @ b * 1e-3
    return np.sum(total**2)


def test_in_loops_and_as_views() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 1))
    grads = bp.grad(added, argnums=(0, 1))(a, b, 3)
    for grad, x in zip(grads, (a, b), strict=True):
        direction = rng.normal(size=x.shape)
        step = 1e-6 * direction
        moved = [[p + sign * step if p is x else p for p in (a, b)] for sign in (1, -1)]
        ends = [added(one, other, 3) for one, other in moved]
        np.testing.assert_allclose(np.sum(grad * direction), (ends[0] - ends[1]) / 2e-6, rtol=1e-7)


def test_nothing_to_add_is_zero() -> None:
    product = bp.jit(lambda a, b: a @ b)
    assert np.array_equal(product(np.ones((2, 0)), np.ones((0, 1))), np.zeros((2, 1)))
    assert product(np.ones((0, 3)), np.ones((3, 1))).shape == (0, 1)


def test_what_meets_a_column_joins_its_loop() -> None:
    gradient = bp.value_and_grad(biased, argnums=(0, 1))
    w, b, X = np.array([[0.3], [-0.2], [0.5]]), np.array([0.1]), np.random.default_rng(0).normal(size=(4, 3))
    source = gradient.specialize(w, b, X).lowered_source
    assert source.count("in simd.block(start, X.shape[0])") == 1  # forward and backward
    value, (dw, db) = gradient(w, b, X)
    outputs = np.tanh(X @ w + b)
    slopes = 2.0 * outputs * (1.0 - outputs**2) / 4
    np.testing.assert_allclose(value, np.mean(outputs**2), rtol=1e-14)
    np.testing.assert_allclose(dw, X.T @ slopes, rtol=1e-14)
    np.testing.assert_allclose(db, [np.sum(slopes)], rtol=1e-14)


def biased(w: Any, b: Any, X: Any) -> Any:
    return np.mean(np.tanh(X @ w + b) ** 2)
