"""Checkpointing keeps less and changes nothing else: loops in segments, functions that are run again."""

import numpy as np
import pytest

import bpcompiler as bp
from tests.oracles import dual


def step(h, w):
    for _ in range(2):
        h = np.tanh(w @ h)
    return h * np.exp(-h)


def recurrence(w, h, n):
    for _ in range(n):
        h = bp.checkpoint(step)(h, w)
    return np.sum(h * h)


def long_loop(x, n, rate):
    for t in range(n):
        x = x + rate * np.sin(x) * (1.0 + 0.1 * t)
    return np.sum(x * x)


def until(x, limit):
    turns = 0
    while np.sum(x) < limit:
        x = x + 0.1 * np.cos(x)
        turns += 1
        if turns > 40:
            break
    return np.sum(x * x)


def left_early(x, n):
    s = 0.0
    for i in range(n):
        s = s + x * np.sin(s + i)
        if s > 3.0:
            break
    return s * s


W = np.random.default_rng(0).normal(size=(3, 3)) * 0.4
H = np.random.default_rng(1).normal(size=3)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_a_function_that_is_run_again(n):
    value, gradients = bp.value_and_grad(recurrence, argnums=(0, 1))(W, H, n)
    assert value == pytest.approx(recurrence(W, H, n), rel=1e-13)
    for found, expected in zip(gradients, dual.gradient(recurrence, (W, H, n), argnums=(0, 1)), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("how", ["sqrt", 200, 10**6])
@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        *((long_loop, (H, n, 0.03)) for n in (0, 1, 2, 3, 10, 17)),
        *((until, (np.abs(H), limit)) for limit in (0.0, 3.0, 100.0)),
        *((left_early, (0.9, n)) for n in (0, 1, 4, 30)),
    ],
)
def test_loops_in_segments(function, arguments, how):
    value, gradient = bp.value_and_grad(function, checkpoint=how)(*arguments)
    assert value == pytest.approx(function(*arguments), rel=1e-13)
    np.testing.assert_allclose(gradient, dual.gradient(function, arguments), rtol=1e-11, atol=1e-13)


def test_second_derivatives_of_what_is_run_again():
    vector = np.array([0.3, -1.0, 0.5])
    (found,) = bp.hvp(lambda h: recurrence(W, h, 3), (H,), (vector,))
    expected = dual.hessian(lambda h: recurrence(W, h, 3), (H,)) @ vector
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_what_is_kept_is_told():
    plain, segments = bp.grad(long_loop), bp.grad(long_loop, checkpoint="sqrt")
    plain(H, 1000, 0.01)
    segments(H, 1000, 0.01)
    assert "float64[max(n, 0), x_0], 0.024 MB" in plain.tapes
    assert "segment" in segments.tapes
    assert "max(n, 0)" not in segments.tapes
    assert bp.grad(lambda x: x * x).specialize(1.0).tapes == "nothing is kept"


def test_a_function_outside_of_a_trace_is_itself():
    assert bp.checkpoint(step)(H, W) == pytest.approx(step(H, W))
    assert bp.checkpoint(step).__name__ == "step"


@pytest.mark.parametrize("wrong", [0, -1, True, "log", 1.5])
def test_what_checkpoint_may_be(wrong):
    with pytest.raises(bp.errors.ArgumentError, match="checkpoint"):
        bp.grad(long_loop, checkpoint=wrong)


def scaled(x, n):
    for t in range(1, n):
        x = bp.checkpoint(lambda x, t: x * t)(x, t)
    return x


def swing(x, n):
    v = 0.0
    for _ in range(n):
        x, v = bp.checkpoint(lambda x, v: (x + 0.1 * v, v - 0.1 * x))(x, v)
    return x


@pytest.mark.parametrize("function", [scaled, swing])
def test_a_function_of_which_nothing_is_needed_again(function):
    assert bp.grad(function)(1.1, 4) == pytest.approx(dual.gradient(function, (1.1, 4)))
    assert bp.grad(function).specialize(1.1, 4).tapes == "nothing is kept"
