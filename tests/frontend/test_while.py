"""`while` without an end of its own, and with a condition that is an ordinary value for many turns."""

from __future__ import annotations

import math

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.errors import LimitError
from tests.frontend.staging import primitives, same, traced

CALLS = [(0.95, 3), (0.6, 5), (0.25, 1)]


def returns(x, n):
    k = 0
    while True:
        k += 1
        x = x * 0.5
        if x < 0.01:
            return x * n
        if k > n:
            return x * x, k


def halved(x, n):
    while True:
        x = x * 0.5
        if x < 0.1:
            return x * n


def from_the_inner_one(x, n):
    while True:
        k = 0
        while True:
            k += 1
            x = x * 0.9
            if x < 0.05:
                return x
            if k > n:
                break
        x = x * 0.8
        if x < 0.1:
            return x * x


def with_all_else(x, n):
    while 1:
        x = x * 0.9
        if x > 0.7:
            for _ in range(n):
                x = x * 0.99
                if x < 0.75:
                    return x * 3
            continue
        if x < 0.1:
            return x
        else:
            x = x - 0.01
    else:
        x = None
    return x


def in_a_helper(x, n):
    def settled(y):
        while True:
            y = math.sin(y)
            if y < 0.3:
                return y * 2

    total = 0.0
    for i in range(n):
        total += settled(x + i)
    return total + settled(x)


def under_a_condition(x, n):
    if x > 0.5:
        while True:
            x = x * 0.5
            if x < 0.2:
                return x
    else:
        return x * 3


def breaks_or_returns(x, n):
    while True:
        x = x * 0.5
        if x < 0.2:
            break
        if x < 0.3:
            return x * 2
    else:
        x = None
    return x + n


def raises_or_returns(x, n):
    while True:
        x = x * 0.9
        if x < 0.3:
            raise ValueError(f"small: {x:.3f}")
        if x < 0.55:
            return x


ENDLESS = [
    halved, from_the_inner_one, with_all_else, in_a_helper, under_a_condition, breaks_or_returns,
    raises_or_returns,
]  # fmt: skip


@pytest.mark.parametrize("function", ENDLESS, ids=lambda f: f.__name__)
def test_a_loop_that_only_its_body_ends_returns_nothing_else(function):
    same(function, *CALLS)


def test_what_follows_an_endless_loop_is_never_reached():
    def f(x):
        while True:
            x = x * 0.5
            if x < 0.1:
                return x
        return "nothing"

    same(f, (0.9,), (0.2,))


# ------------------------------------------------------------------ conditions that are ordinary values


def counted(x):
    k = 0
    while k < 3000:
        x = x * 0.999 + 0.001 * math.sin(x)
        k += 1
    return x * k


def counted_down(x):
    k = 1000
    out = np.zeros(k)
    while k:
        k -= 1
        out[k] = x * k
    return out


def counted_inside(x):
    k = 0
    while True:
        x = x * 0.9999
        k += 1
        if k > 500:
            return x


def clock(x):
    t, dt = 0.0, 0.01
    while t < 5.0:
        x += dt * (math.cos(t) - x)
        t += dt
    return x * t


def types_settle(x):
    y, k = None, 0
    while k < 50:
        y = x if y is None else y * x
        k += 1
    return y


def searched(x):
    lo, hi = 0, 4000
    while hi - lo > 1:
        mid = (lo + hi) // 2
        if mid * x > 500.0:
            hi = mid
        else:
            lo = mid
    return x * lo


LONG = [counted, counted_down, counted_inside, clock, types_settle, searched]


@pytest.mark.parametrize("function", LONG, ids=lambda f: f.__name__)
def test_many_turns_are_a_loop_of_the_program(function):
    same(function, (0.95,), (0.6,))
    found = primitives(function, 0.95)
    assert "while_" in found
    assert len(found) < 40


def few(x):
    k = 0
    while k < 8:
        x = x * 0.9
        k += 1
    return x


def of_a_list(x):
    weights, k = [0.1 * i for i in range(30)], 0
    while k < 30:
        x = x + weights[k] * x
        k += 1
    return x


def of_ordinary_values(x):
    n, c = 2000, 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else n - 1
        c += 1
    return x * c + n


def needed_afterwards(x):
    k = 0
    while k < 30:
        x *= 0.99
        k += 1
    return np.ones(k) * x


def appends(x):
    k, losses = 0, []
    while k < 50:
        x = x * 0.9
        losses.append(x)
        k += 1
    return sum(losses)


def of_its_factorial(x):
    k, total = 0, 0.0
    while k < 12:
        total += x**k / math.factorial(k)
        k += 1
    return total


@pytest.mark.parametrize(
    "function",
    [few, of_a_list, of_ordinary_values, needed_afterwards, appends, of_its_factorial],
    ids=lambda f: f.__name__,
)
def test_few_turns_unroll_and_those_that_cannot_be_a_loop(function):
    same(function, (0.95,))
    assert "while_" not in primitives(function, 0.95)


def test_a_loop_that_is_too_long_to_be_unrolled_says_why_it_was():
    def f(x):
        words, k = {}, 0
        while k < 100_000:
            words[str(k)] = x * k
            k += 1
        return x

    before = bp.set_limits(loop_statements=100)
    try:
        with pytest.raises(LimitError, match="because it cannot stay a loop: .*: a dict gets more"):
            traced(f, 1.0)
    finally:
        bp.set_limits(**before)
