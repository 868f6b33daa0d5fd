"""Functions that differentiate inside: each of an array of three, with `bp` and `np` as globals.

The tests run them as they are, compiled, and with autograd for both globals.
"""

from __future__ import annotations

import math

import numpy as np

import bpcompiler as bp

RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((7, 3)), RNG.standard_normal(7)
SCALES = RNG.standard_normal(3)


def fit(w, x, y):
    return np.mean((np.tanh(x @ w) - y) ** 2)


def one_step_in_the_learning_rate(w):
    rate = np.sum(w**2)
    start = SCALES - rate * bp.grad(fit)(SCALES, X, Y)
    return fit(start, X, Y)


def descent_in_the_learning_rate(w):
    rate, now = w[0], SCALES
    for _ in range(12):
        now = now - rate * bp.grad(fit)(now, X, Y)
    return fit(now, X, Y)


def maml(w):
    total = 0.0
    for k in range(3):
        x, y = X * (1 + 0.1 * k), Y - 0.2 * k
        adapted = w
        for _ in range(2):
            loss, gradient = bp.value_and_grad(fit)(adapted, x, y)
            adapted = adapted - 0.1 * gradient
        total = total + fit(adapted, x, y) + loss
    return total


def until_it_is_small(w):
    now = w
    for _ in range(20):
        loss, gradient = bp.value_and_grad(fit)(now, X, Y)
        if loss < 0.4:
            break
        now = now - 0.3 * gradient
    return fit(now, X, Y)


def newton_on_a_closure(w):
    a = 2.0 + np.sum(w**2)
    f = lambda z: z**3 - a  # noqa: E731
    slope = bp.grad(f)
    root = 1.0
    while abs(f(root)) > 1e-10:
        root = root - f(root) / slope(root)
    return root


def third_derivative(w):
    f = lambda z: np.sin(z) * z  # noqa: E731
    return bp.grad(bp.grad(bp.grad(f)))(w[1])


def in_a_branch(w):
    if np.sum(w) > 0:
        gradient = bp.grad(lambda z: np.sum(z**3))(w)
    else:
        gradient = bp.grad(lambda z: np.sum(np.sin(z)))(w)
    return np.sum(gradient * w)


def two_arguments(w):
    f = lambda a, b, c: np.sum(a**2 * b) * c  # noqa: E731
    first, third = bp.grad(f, argnums=(0, 2))(w, w * w, 2.0)
    return np.sum(first) + third


def a_global_array_inside(w):
    f = lambda z: np.sum(np.tanh(z * SCALES))  # noqa: E731
    for _ in range(3):
        w = w - 0.1 * bp.grad(f)(w)
    return np.sum(w)


def hessian_and_solve(w):
    f = lambda z: np.sum((z - 1) ** 4) + np.sum(z**2) * (1 + 0.1 * np.sum(w**2))  # noqa: E731
    now = w
    for _ in range(3):
        now = now - np.linalg.solve(bp.hessian(f)(now), bp.grad(f)(now))
    return np.sum(now * w)


def jacobian_of_more_results(w):
    f = lambda a: np.tanh(X @ a) * a[0]  # noqa: E731
    return np.sum(bp.jacobian(f)(w) ** 2)


def jacobian_of_fewer_results(w):
    f = lambda a: np.sin(a[:2]) * a[2]  # noqa: E731
    return np.sum(bp.jacobian(f)(w) ** 3)


def jacobian_of_a_matrix(w):
    f = lambda m: m @ m  # noqa: E731
    return np.sum(bp.jacobian(f)(np.outer(w, w)) ** 2)


def hessian_by_jacobian_of_grad(w):
    f = lambda z: np.sum(np.exp(z)) * z[0] * z[1]  # noqa: E731
    return np.sum(bp.jacobian(bp.grad(f))(w) ** 2)


def third_by_jacobian_of_hessian(w):
    f = lambda z: np.sum(np.exp(z)) * z[0] * z[1]  # noqa: E731
    return np.sum(bp.jacobian(bp.hessian(f))(w) ** 2)


def jvp_inside(w):
    value, tangent = bp.jvp(lambda z: np.sin(z) * z[0], (w,), (w * 2,))
    return np.sum(tangent**2) + np.sum(value)


def hvp_inside(w):
    (product,) = bp.hvp(lambda z: np.sum(np.sin(z) * z[0]), (w,), (w * w,))
    return np.sum(product * w)


def vjp_inside_called_twice(w):
    value, pull_back = bp.vjp(lambda z: np.sin(z) * z[0], w)
    total = np.sum(value)
    for t in range(2):
        total = total + np.sum(pull_back(w * t)[0] ** 2)
    return total


def implicit_layer(w):
    # Differentiated through the solver: a fixed point found by Newton's method with a Jacobian.
    g = lambda z: z - 0.3 * np.tanh(z) - w  # noqa: E731
    z = w
    for _ in range(6):
        z = z - np.linalg.solve(bp.jacobian(g)(z), g(z))
    return np.sum(z**2)


def leapfrog(w):
    # A trajectory of Hamilton's equations, the force by the gradient of the potential.
    potential = lambda q: np.sum(q**4) / 4 + np.sum(q[1:] * q[:-1])  # noqa: E731
    force = bp.grad(potential)
    q, p = w, -w
    for _ in range(5):
        half = p - 0.05 * force(q)
        q = q + 0.1 * half
        p = half - 0.05 * force(q)
    return potential(q) + np.sum(p**2) / 2


def scalar_chain(w):
    f = lambda a, b: math.sin(a) * b + math.exp(a * b)  # noqa: E731
    return bp.grad(f)(w[0], w[1]) * bp.grad(f, argnums=1)(w[1], w[2])


PROGRAMS = [
    one_step_in_the_learning_rate,
    descent_in_the_learning_rate,
    maml,
    until_it_is_small,
    newton_on_a_closure,
    third_derivative,
    in_a_branch,
    two_arguments,
    a_global_array_inside,
    hessian_and_solve,
    jacobian_of_more_results,
    jacobian_of_fewer_results,
    jacobian_of_a_matrix,
    hessian_by_jacobian_of_grad,
    third_by_jacobian_of_hessian,
    jvp_inside,
    hvp_inside,
    vjp_inside_called_twice,
    implicit_layer,
    leapfrog,
    scalar_chain,
]
