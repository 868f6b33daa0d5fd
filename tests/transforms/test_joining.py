"""A loop and its adjoint as one: which may be, which may not, and that each gradient is that of calculus."""

import math

import numpy as np
import pytest

from bpcompiler.analysis.liveness import LOOPS
from bpcompiler.frontend.tracing import trace
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.regions import if_
from bpcompiler.transforms.planning.report import kept_by
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify

X = np.array([0.4, 1.3, 0.7, 0.9])
W = 0.6

# ------------------------------------------------------------------ one loop


def a_sum(x, w):
    total = 0.0
    for i in range(len(x)):
        z = math.exp(w * x[i])
        total += z * z
    return total


def a_mean(x, w):
    total = 0.0
    for i in range(len(x)):
        total += math.tanh(w * x[i])
    return total / (1 + len(x))


def weighted_by_what_comes_later(x, w):
    total = 0.0
    for i in range(len(x)):
        total += math.sin(w * x[i])
    scale = math.exp(w)
    return total * scale


def nested(x, w):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += math.exp(-w * (x[i] - x[j]) ** 2)
    return total


def with_a_branch(x, w):
    total = 0.0
    for i in range(len(x)):
        margin = 1.0 - w * x[i]
        if margin > 0.3:
            total += math.exp(margin)
        else:
            total -= margin * margin
    return total


def raising(x, w):
    total = 0.0
    for i in range(len(x)):
        if x[i] < 0.0:
            raise ValueError(x[i])
        total += math.log(w + x[i])
    return total


def with_scratch(x, w):
    scratch, total = np.empty(len(x)), 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            scratch[j] = w * x[i] * x[j]
        total += math.log(np.sum(np.exp(scratch)))
    return total


def a_recurrence_in_each_turn(x, w):
    total = 0.0
    for i in range(len(x)):
        y = x[i]
        for j in range(len(x)):
            y = math.sin(w * y) - x[j]
        total += y
    return total


def by_newton_in_each_turn(x, w):
    total = 0.0
    for i in range(len(x)):
        root = x[i]
        while abs(root * root - w) > 1e-12:
            root = 0.5 * (root + w / root)
        total += root * x[i]
    return total


def left_early(x, w):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 1.0:
            break
        total += math.exp(w * x[i])
    return total


def left_at_the_end_of_a_turn(x, w):
    total = 0.0
    for i in range(len(x)):
        z = math.exp(w * x[i])
        total += z
        if z > 1.5:
            break
    return total


def by_while(x, w):
    total, i = 0.0, 0
    while i < len(x) and x[i] < 1.0:
        total += math.exp(w * x[i])
        i += 1
    return total


ONE = [
    left_early,
    left_at_the_end_of_a_turn,
    by_while,
    a_sum,
    a_mean,
    weighted_by_what_comes_later,
    nested,
    with_a_branch,
    raising,
    with_scratch,
    a_recurrence_in_each_turn,
    by_newton_in_each_turn,
]


def adjoint_of(function, *args):
    return verify(reverse(trace(function, args, {}).program, [0, 1]), "reverse")


def outermost(program):
    """The loops of the outermost block that a gradient needs."""
    return [eqn for eqn in simplify(program).equations if eqn.primitive in LOOPS]


def differences(function, x, w, step=1e-5):
    def at(k, by):
        moved = x.copy()
        moved[k] += by
        return function(moved, w)

    dx = [(at(k, step) - at(k, -step)) / (2 * step) for k in range(len(x))]
    return np.array([*dx, (function(x, w + step) - function(x, w - step)) / (2 * step)])


def assert_gradient(function, program):
    for x in (X, X[:1], X[:0]):
        dx, dw = evaluate(program, [x, W])
        np.testing.assert_allclose([*dx, dw], differences(function, x, W), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("function", ONE)
def test_the_adjoint_runs_in_the_turns(function):
    adjoint = adjoint_of(function, X, W)
    assert len(outermost(adjoint)) == 1
    assert_gradient(function, adjoint)


def test_nothing_is_kept_of_a_turn():
    for function in (a_sum, a_mean, nested, with_a_branch, with_scratch, left_early, by_while):
        assert list(kept_by(adjoint_of(function, X, W))) == []


def test_loops_inside_keep_what_they_need_of_one_turn():
    (kept,) = kept_by(adjoint_of(a_recurrence_in_each_turn, X, W))
    assert [*map(str, kept.shape)] == ["x_0"]


def test_a_tape_of_a_loop_as_long_as_the_turn_says_is_as_long_as_any_needs():
    def triangle(x, w):
        total = 0.0
        for i in range(len(x)):
            y = w
            for j in range(i):
                y = math.sin(y * x[j])
            total += y
        return total

    adjoint = adjoint_of(triangle, X, W)
    (kept,) = kept_by(adjoint)
    assert [str(size) for size in kept.shape] == ["max(x_0 - 1, 0)"]
    assert_gradient(triangle, adjoint)


def test_a_branch_has_its_adjoint_inside():
    adjoint = adjoint_of(with_a_branch, X, W)
    (loop,) = outermost(adjoint)
    assert len([eqn for eqn in equations_of(loop.blocks[0]) if eqn.primitive is if_]) == 1


# ------------------------------------------------------------------ what comes after the loop


def test_what_its_sums_start_from_may_depend_on_it():
    def and_again(x, w):
        total = 0.0
        for i in range(len(x)):
            total += math.sin(w * x[i])
        return total * w + np.sum(x) * w

    adjoint = adjoint_of(and_again, X, W)
    assert len(outermost(adjoint)) == 1
    assert_gradient(and_again, adjoint)


def test_two_sums_after_one_another():
    def both(x, w):
        first, second = 0.0, 0.0
        for i in range(len(x)):
            first += math.sin(w * x[i])
        for i in range(len(x)):
            second += math.cos(w * x[i])
        return first + second

    adjoint = adjoint_of(both, X, W)
    assert len(outermost(adjoint)) == 2
    assert_gradient(both, adjoint)


def test_the_second_of_two_of_which_it_needs_the_first():
    def variance(x, w):
        mean, total = 0.0, 0.0
        for i in range(len(x)):
            mean += w * x[i] / len(x)
        for i in range(len(x)):
            total += (x[i] - mean) ** 2
        return total

    adjoint = adjoint_of(variance, X, W)
    assert len(outermost(adjoint)) == 3
    assert_gradient(variance, adjoint)


# ------------------------------------------------------------------ two loops


def a_square(x, w):
    total = 0.0
    for i in range(len(x)):
        total += math.exp(w * x[i])
    return total * total


def a_product(x, w):
    product = 1.0
    for i in range(len(x)):
        product *= math.exp(w * x[i])
    return product


def a_recurrence(x, w):
    y = 0.5
    for i in range(len(x)):
        y = math.sin(w * y) + x[i]
    return y


def read_by_the_next_turn(x, w):
    total, before = 0.0, 0.3
    for i in range(len(x)):
        now = math.sin(w * x[i])
        total += now * before
        before = now
    return total


def stored_for_the_next_turn(x, w):
    y, total = x.copy(), 0.0
    for i in range(1, len(y)):
        y[i] = math.sin(w * y[i - 1])
        total += y[i]
    return total


def left_with_another_answer(x, w):
    total = 0.0
    for i in range(len(x)):
        z = math.exp(w * x[i])
        if z > 1.9:
            return w
        total += z
    return total


TWO = [
    a_square,
    a_product,
    a_recurrence,
    read_by_the_next_turn,
    stored_for_the_next_turn,
    left_with_another_answer,
]


@pytest.mark.parametrize("function", TWO)
def test_the_adjoint_has_a_loop_of_its_own(function):
    adjoint = adjoint_of(function, X, W)
    assert len(outermost(adjoint)) == 2
    assert_gradient(function, adjoint)


def test_no_array_is_copied_in_each_turn():
    """What the adjoint reads of an array is overwritten in the same turn, whose length does not matter."""

    def overwritten_after_use(x, w):
        y, total = np.zeros(len(x)), 0.0
        for i in range(len(x)):
            y[i] = w * x[i]
            total += np.sum(np.exp(y[1:]))
            y[i] = 0.0
        return total

    adjoint = adjoint_of(overwritten_after_use, X, W)
    assert len(outermost(adjoint)) == 2
    assert_gradient(overwritten_after_use, adjoint)
