"""Steps inside of functions that are differentiated, and trained: against linear algebra in closed form."""

import inspect
from types import FunctionType

import numpy as np
import pytest

import bpcompiler as bp

A = np.array([[2.0, 0.3, 0.0], [0.3, 1.0, -0.2], [0.0, -0.2, 0.5]])
CENTERS = np.array([[1.0, 0.0, 2.0], [-1.0, 0.5, 0.0], [0.3, 0.3, -2.0]])
START = np.array([0.5, -1.0, 1.5])


def task(w, center):
    return 0.5 * (w - center) @ A @ (w - center)


def adapted(rate, w, center, steps):
    opt = bp.optim.sgd(rate)
    state = opt.init(w)
    for _ in range(steps):
        w, state = opt.update(w, bp.grad(task)(w, center), state)
    return w


def meta_loss(params, centers, steps):
    """What is left of all tasks' losses after a few steps from one start, at one rate."""
    total = 0.0
    for center in centers:
        total += task(adapted(params["rate"], params["w"], center, steps), center)
    return total


def meta_gradient(params, steps):
    """With M = 1 - rate * A a task ends at M**steps (w - center) from its center."""
    rate, distances = params["rate"], params["w"] - CENTERS
    M = np.eye(3) - rate * A
    power, less = (np.linalg.matrix_power(M, n) for n in (steps, steps - 1))
    curvature = power.T @ A @ power
    slope = -steps * sum(d @ power @ A @ less @ A @ d for d in distances)
    return {"rate": slope, "w": sum(curvature @ d for d in distances)}


def staged(transform, *args):
    """What the staged source's function returns, run by CPython, which takes no time to compile."""
    names = {}
    exec(str(transform.specialize(*args).source), names)
    function = next(each for each in names.values() if isinstance(each, FunctionType))
    wanted = set(inspect.getfullargspec(function).kwonlyargs) - set(function.__kwdefaults__ or {})
    return function(*args, **{name: globals()[name] for name in wanted})


@pytest.mark.parametrize("steps", [1, 4])
def test_a_start_and_a_rate_that_steps_are_differentiated_in(steps):
    params = {"rate": 0.2, "w": START}
    found = staged(bp.grad(meta_loss), params, CENTERS, steps)
    expected = meta_gradient(params, steps)
    np.testing.assert_allclose(found["rate"], expected["rate"], rtol=1e-12)
    np.testing.assert_allclose(found["w"], expected["w"], rtol=1e-12)


def learn(params, centers, rounds):
    opt = bp.optim.adam(0.05)
    state = opt.init(params)
    for _ in range(rounds):
        grads = bp.grad(meta_loss)(params, centers, 3)
        params, state = opt.update(params, grads, state)
    return params


def test_a_start_and_a_rate_are_learned():
    params = {"rate": 0.2, "w": START}
    found = staged(bp.jit(learn), params, CENTERS, 30)
    opt = bp.optim.adam(0.05)
    expected, state = params, opt.init(params)
    for _ in range(30):
        expected, state = opt.update(expected, meta_gradient(expected, 3), state)
    np.testing.assert_allclose(found["rate"], expected["rate"], rtol=1e-9)
    np.testing.assert_allclose(found["w"], expected["w"], rtol=1e-9)


def hyper(rate, decay):
    opt = bp.optim.momentum(rate, decay)
    w, state = START, opt.init(START)
    for _ in range(5):
        w, state = opt.update(w, A @ w, state)
    return w @ w


def curvatures(rate, decay):
    return bp.hessian(hyper, argnums=(0, 1))(rate, decay)


def test_hessians_in_rate_and_decay():
    found = staged(bp.jit(curvatures), 0.1, 0.8)
    h = 1e-3

    def moved(i, j):
        return hyper(0.1 + i * h, 0.8 + j * h)

    of_rate = (16 * (moved(1, 0) + moved(-1, 0)) - moved(2, 0) - moved(-2, 0) - 30 * moved(0, 0)) / (
        12 * h**2
    )
    mixed = (moved(1, 1) - moved(1, -1) - moved(-1, 1) + moved(-1, -1)) / (4 * h**2)
    np.testing.assert_allclose(found[0][0], of_rate, rtol=1e-6)
    np.testing.assert_allclose([found[0][1], found[1][0]], [mixed, mixed], rtol=1e-4)
