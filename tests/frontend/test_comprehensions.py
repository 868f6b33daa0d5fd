"""Comprehensions over arrays and long ranges are loops of the program, in whatever reduces them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bpcompiler.errors import NeedsValueError
from tests.frontend.staging import primitives, same, traced

U, V = np.array([0.5, -1.5, 2.0]), np.array([1.5, 0.25, 0.75, -1.0, 3.0])
A, B = np.arange(6.0).reshape(2, 3) + 0.5, np.arange(12.0).reshape(4, 3) - 3.0


def summed(u):
    return sum([v * v for v in u]) + sum([i * v for i, v in enumerate(u)])


def some_summed(u):
    return sum([v * v for v in u if v > 0]) + max([v for v in u if v < 10])


def made_an_array(u):
    return np.array([math.sin(v) for v in u]) * np.mean([v * v for v in u])


def kept(u):
    w = [v * 2 for v in u]
    total = w[0] * w[-1] * len(w)
    for i in range(len(u)):
        total += w[i] * u[i]
    return total, sum(w), max(w)


def one_of_another(u):
    w = [a * b for a, b in zip(u, u[1:])]
    squares = [a * a for a in w]
    return np.sum(squares), any([a > 1 for a in w]), all([a > -10 for a in w])


def multiplied(u):
    return math.prod([1 + v for v in u]) + math.prod(1 + v for v in u)


def mapped(u):
    return sum(map(lambda v: v * v, u)) + max(map(lambda v, i: v * i, u, range(100)))


OVER_ARRAYS = [summed, some_summed, made_an_array, kept, one_of_another, multiplied, mapped]


@pytest.mark.parametrize("function", OVER_ARRAYS, ids=lambda f: f.__name__)
def test_one_program_for_any_length(function):
    same(function, (U,), (V,))
    assert "for_" in primitives(function, U)


def test_rows():
    def f(A):
        return np.stack([row * 2 for row in A]), sum([np.sum(row**2) for row in A])

    same(f, (A,), (B,))


def test_traced_ranges():
    def f(x, n):
        w = [x * i for i in range(n)]
        return np.sum(np.array(w)), sum([x * i * j for i in range(n) for j in range(i)])

    same(f, (0.5, 3), (0.5, 5), (0.5, 1))


def long_list(x):
    w = [math.sin(x * i) for i in range(3000)]
    return w[7] * w[2999] + sum(w)


def long_sum(x):
    return sum([x * i for i in range(3000)]) + sum(map(lambda i: x + i, range(3000)))


def long_reversed(x):
    for i in reversed(range(3000)):
        x = x * 0.5 + i
    return x


@pytest.mark.parametrize("function", [long_list, long_sum, long_reversed], ids=lambda f: f.__name__)
def test_long_ranges_are_not_unrolled(function):
    same(function, (0.7,))
    assert len(primitives(function, 0.7)) < 40


def unpacked(u):
    a, b, c = [v * 2 for v in u]
    return a * b * c


def of_lists(u):
    return np.array([[v, v * 2] for v in u])


def of_ordinary_numbers(x):
    weights = [0.1 * i for i in range(30)]
    return sum([w * x for w in weights[:3]])


@pytest.mark.parametrize("function", [unpacked, of_lists], ids=lambda f: f.__name__)
def test_what_an_array_cannot_do_unrolls(function):
    same(function, (U,))
    assert "for_" not in primitives(function, U)


def test_ordinary_numbers_stay_ordinary():
    same(of_ordinary_numbers, (0.5,))
    assert "for_" not in primitives(of_ordinary_numbers, 0.5)


def test_how_many_items_there_are_must_be_known():
    def f(u):
        return sorted([v for v in u if v > 0])

    with pytest.raises(NeedsValueError, match="how many items this list has") as caught:
        traced(f, U)
    assert "sum(... for ... if ...)" in caught.value.remedy
    assert caught.value.origin is not None


def test_the_list_has_the_user_s_name():
    names = traced(kept, U).program.names.values()
    assert "w" in names
    assert "items" not in names


def test_a_generator_over_a_list_may_leave_items_out():
    def f(x, y):
        items = [x, y, x * y]
        positive = sum(v for v in items if v > 0), sum([v * 2 for v in items if v < 1])
        return positive, max(v for v in items if v != 2.0), any(v > 4 for v in items if v < 5)

    for args in ((0.5, 2.5), (-0.5, -3.0), (2.0, 2.25)):
        same(f, args)
