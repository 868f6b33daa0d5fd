"""Iterators yield their items once: what is left of them after a branch or loop must be known."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.errors import UnsupportedError
from tests.frontend.staging import same, traced

U, V = np.array([0.5, -1.5, 2.0]), np.array([1.5, 0.25, 0.75])


def next_of_enumerate(x, u):
    e = enumerate(u)
    _, first = next(e)
    total = first * 10 * x
    for i, a in e:
        total += i * a
    return total


def next_of_reversed(x, u):
    r = reversed(u)
    total = next(r) * 3
    for a in r:
        total += a * x
    return total


def next_of_iter(x, u):
    it = iter(u)
    total = next(it) * x
    for a in it:
        total = total * 0.5 + a
    return total


def a_list_of_pairs(x, u):
    pairs = list(zip(u, u[::-1]))
    return sum(a * b for a, b in pairs) + sum(a * x for a, b in pairs)


def in_both_branches(x, u):
    pairs, total = enumerate(u), 0.0
    if x > 0:
        for i, a in pairs:
            total += i * a * x
    else:
        for i, a in pairs:
            total += i * a * x * x
    return total


@pytest.mark.parametrize(
    "function",
    [next_of_enumerate, next_of_reversed, next_of_iter, a_list_of_pairs, in_both_branches],
    ids=lambda f: f.__name__,
)
def test_what_is_left_is_known(function):
    for x in (1.5, -1.5):
        same(function, (x, U))


def zipped_twice(x, u):
    pairs = zip(u, u)
    return sum(a * b for a, b in pairs) + sum(a for a, b in pairs)


def left_early(x, u):
    pairs, total = enumerate(u), 0.0
    for _, a in pairs:
        total += a
        if total > x:
            break
    for _, a in pairs:
        total += 100 * a
    return total


def in_each_turn(x, u):
    pairs, total = enumerate(u), 0.0
    for _ in range(len(u)):
        for i, a in pairs:
            total += i * a * x
    return total


def next_in_a_branch(x, u):
    it = iter([1.0, 2.0, 3.0])
    y = next(it) * x if x > 0 else next(it) * 2 * x
    return y + next(it)


def next_in_one_branch(x, u):
    it = iter([1.0, 2.0, 3.0])
    if x > 0:
        x *= next(it)
    return x + next(it)


def generator_in_a_branch(x, u):
    g = (a * 2 for a in [1.0, 2.0])
    if x > 0:
        x = sum(g) * x
    else:
        x = sum(g) * x * x
    return x


def next_in_a_loop(x, u):
    it = iter([0.1 * i for i in range(40)])
    for _ in range(30):
        x = x * next(it)
    return x


def enumerated_in_a_branch(x, u):
    e, total = enumerate([1.0, 2.0, 3.0]), 0.0
    if x > 0:
        for i, a in e:
            total += i * a
    else:
        for i, a in e:
            total += i * a * x
    return total


@pytest.mark.parametrize(
    "function",
    [
        zipped_twice, left_early, in_each_turn, next_in_a_branch, next_in_one_branch, generator_in_a_branch,
        next_in_a_loop, enumerated_in_a_branch,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_what_may_be_gone_is_refused(function):
    with pytest.raises(UnsupportedError, match="an iterator is used again") as caught:
        traced(function, 1.5, U)
    assert caught.value.origin is not None
    assert caught.value.origin.file == __file__
    assert "make it anew" in caught.value.remedy
