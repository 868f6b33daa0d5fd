"""Loops whose turns are independent: vector functions, sums in blocks. The meaning stays, to rounding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler import pipeline
from bpcompiler.goal import Goal
from bpcompiler.primitives.evaluate import evaluate
from tests.end_to_end.running import Run, numbers

RANDOM = np.random.default_rng(0)


def elements(x: Any) -> Any:
    return np.sum(np.tanh(x) * np.exp(-x * x) + np.log1p(x * x))


def rows(x: Any, w: Any) -> Any:
    spread = np.outer(x, w)
    top = np.max(spread, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(spread - top), axis=1))) + np.mean(np.min(spread, axis=0))


def single(x: Any) -> Any:
    return np.sum(np.exp(x.astype(np.float32))) * np.mean(x)


def three_dimensions(x: Any, w: Any) -> Any:
    cube = x[:, None, None] * w[:, None] * np.ones(3)
    return np.sum(cube * cube) + np.mean(np.exp(cube))


def loop_of_the_users(x: Any, w: Any) -> Any:
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = math.exp(w[0] * x[i]) + x[i] ** 1.5
    return np.sum(out * out)


def serial(x: Any, w: Any) -> Any:
    state = 0.1
    for i in range(len(x)):
        state = math.tanh(w[0] * state + x[i])
    return state


def one_after_another(x: Any, w: Any) -> Any:
    u = x * 0.5
    for i in range(1, len(x)):
        u[i] = math.sin(w[0] * u[i - 1])
    return np.sum(u)


def with_checks(x: Any, w: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        assert x[i] > -100.0
        total += math.exp(w[1] * x[i])
    return total


W = np.array([0.3, 0.8])
CASES = {
    f.__name__: f
    for f in (elements, rows, three_dimensions, single, loop_of_the_users, serial, one_after_another)
}


def arguments(function: Any, n: int) -> tuple[Any, ...]:
    x = RANDOM.uniform(0.1, 2.0, n)
    return (x, W) if function.__code__.co_argcount == 2 else (x,)


@pytest.mark.parametrize(("name", "n"), [*((name, n) for name in CASES for n in (1, 2, 7)), ("single", 1100)])
def test_the_meaning_stays(name: str, n: int) -> None:
    args = arguments(CASES[name], n)
    run = Run(CASES[name], Goal("value_and_grad", ...), args, {})
    expected = numbers(list(evaluate(pipeline.in_loops(run.program, precise=True), run.flat())))
    found = numbers(list(evaluate(pipeline.in_loops(run.program), run.flat())))
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


def source(function: Any, **options: Any) -> str:
    return bp.value_and_grad(function, **options).specialize(*arguments(function, 5)).lowered_source


@pytest.mark.parametrize(
    ("function", "call"),
    [(elements, "simd.tanh("), (elements, "simd.log1p("), (rows, "simd.maximum("), (rows, "simd.block(")],
)
def test_independent_loops_are_in_vectors(function: Any, call: str) -> None:
    assert call in source(function)
    assert "math.exp(" not in source(function)


@pytest.mark.parametrize(
    ("function", "call"),
    [(serial, "math.tanh("), (one_after_another, "math.sin("), (with_checks, "math.exp(")],
)
def test_other_loops_call_libm(function: Any, call: str) -> None:
    assert call in source(function)
    assert f"simd.{call.removeprefix('math.')}" not in source(function)


def test_sums_of_derivatives_in_the_users_loops_are_plain() -> None:
    def fit(x: Any, w: Any) -> Any:
        loss = 0.0
        for i in range(len(x)):
            loss += (w[0] * x[i] - 1.0) ** 2
        return loss

    assert "block" not in source(lambda x, a: fit(x, (a[0], 0.0)), argnums=1)


def test_the_order_of_the_users_own_sum_stays() -> None:
    def ordered(x: Any) -> Any:
        total = 0.0
        for i in range(len(x)):
            total = total + x[i] * x[i]
        return total

    assert "simd" not in bp.jit(ordered).specialize(RANDOM.normal(size=4)).lowered_source
    x = RANDOM.normal(size=3000)
    assert bp.jit(ordered)(x) == ordered(x)


def test_precise_is_libm_and_sums_in_order() -> None:
    assert "simd" not in source(elements, precise=True)
    x = RANDOM.normal(size=3000)
    total = 0.0
    for number in x:
        total += math.exp(number)

    def sum_of_powers(x: Any) -> Any:
        return np.sum(np.exp(x))

    assert bp.jit(sum_of_powers, precise=True)(x) == total
    assert bp.jit(sum_of_powers)(x) == pytest.approx(math.fsum(map(math.exp, x)), rel=1e-15)


def test_every_transform_takes_precise() -> None:
    def powers(x: Any) -> Any:
        return np.exp(x)

    x = np.array([0.2, 0.7, 1.1])
    exact = np.diag(np.array([math.exp(number) for number in x]))
    np.testing.assert_array_equal(bp.jacobian(powers, precise=True)(x), exact)
    np.testing.assert_array_equal(bp.jvp(powers, (x,), (np.ones(3),), precise=True)[1], exact.sum(axis=0))
    np.testing.assert_array_equal(bp.vjp(powers, x, precise=True)[1](np.ones(3))[0], exact.sum(axis=0))

    def total(x: Any) -> Any:
        return np.sum(np.exp(x))

    np.testing.assert_array_equal(bp.hessian(total, precise=True)(x), exact)
    np.testing.assert_array_equal(bp.hvp(total, (x,), (np.ones(3),), precise=True)[0], exact.sum(axis=0))
    assert bp.value_and_grad(total, precise=True).value.goal.precise


def test_powers_and_cube_roots() -> None:
    def powers(x: Any) -> Any:
        return np.cbrt(x) + x**1.5 + x**3 + 2.0**x

    lines = source(powers_of_all := lambda x: np.sum(powers(x)))
    assert all(
        text in lines for text in ("simd.cbrt(", "simd.pow(element, 1.5)", "element**3", "simd.pow(2.0,")
    )
    x = RANDOM.uniform(0.1, 3.0, 50)
    for precise in (False, True):
        np.testing.assert_allclose(bp.jit(powers, precise=precise)(x), powers(x), rtol=2e-15)
    assert bp.jit(powers_of_all)(x) == pytest.approx(np.sum(powers(x)), rel=1e-14)
    assert bp.jit(lambda x: np.cbrt(x))(8.0) == 2.0


@pytest.mark.parametrize("shape", [(100_000,), (100_000, 3), (300, 300, 3)], ids=str)
def test_long_sums_are_about_as_exact_as_numpys(shape: tuple[int, ...]) -> None:
    def squares(x: Any) -> Any:
        return np.sum(x * x)

    x = np.full(shape, 0.1)
    assert bp.jit(squares)(x) == pytest.approx(math.fsum((x * x).ravel()), rel=1e-13, abs=0)
    assert bp.jit(np.mean)(x.astype(np.float32)) == np.float32(0.1)
