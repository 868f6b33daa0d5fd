"""Conditions on traced values: both sides in the program, the one that runs is CPython's."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from tests.frontend.staging import primitives, same, traced

SIGNS = ((1.5,), (-1.5,), (0.0,), (-0.25,), (7.0,), (math.nan,))


def chosen(x):
    if x > 0:
        y = x * 2
    elif x > -1:
        y = -1
    else:
        y = x**2
    return y + x


def nested(x):
    result = 0.0
    if x > -1:
        if x > 1:
            result = x
        else:
            result = x / 2
        result += 1
    return result


def early(x):
    if x > 0:
        return x * 2
    y = x * 3
    if y < -3:
        return y
    return y + 1


def early_in_one_of_two(x):
    if x > -1:
        if x > 1:
            return math.exp(x)
        y = 2
    else:
        y = 3
    return y * x


def bound_on_one_side(x):
    if x > 1:
        z = x
    if x < -1:
        z = -x
    return z


def bound_where_it_is_read(x):
    if x > 0:
        z = math.log(x)
    return z if x > 0 else x


def ternary(x):
    return math.sqrt(x) if x > 0 else -x


def words(x):
    return (x > 1 and 1.0 / x) or (not x and 4.0) or x


def chained(x):
    return 1.0 if -1 < x <= 1.5 < 3 else 2.0


def not_is_no_algebra(x):
    return 1.0 if not x > 0 else 2.0


def truth_of_a_number(x):
    return x if x else 5.0


def lists_and_tuples(x):
    state = [x, 0]
    if x > 0:
        state[0] = x * 2
        pair = (x, 1)
    else:
        state[1] = 5
        pair = (0, x)
    return state[0] + state[1] * pair[0] * pair[1]


def dicts(x):
    made = {"a": x}
    if x > 0:
        made["a"] = x * x
        other = {"b": 1.0}
    else:
        other = {"b": x}
    return made["a"] + other["b"]


@dataclasses.dataclass
class Point:
    x: float
    y: float


def objects(x):
    point = Point(x, 0.0)
    if x > 0:
        point.y = 3.0 * x
    other = Point(x, 1.0) if x > 1 else Point(2.0, 0.5)
    return point.x * point.y + other.x * other.y


def functions_differ_only_in_where_they_are_made(x):
    if x > 0:
        scale = 2
    else:
        scale = 3

    def scaled(v):
        return v * scale

    return scaled(x)


def membership(x):
    return 1.0 if x in (1.5, -1.5) else 0.0 if x not in [7.0] else 2.0


def extremes(x):
    return max(x, 1.0) * min(x, 2) + max([x, -x], key=lambda v: v) + abs(x)


def any_and_all(x):
    return any([x > 1, x < -1]) + 2 * all([x > 0, x < 5.0]) + bool(x)


FUNCTIONS = [
    chosen, nested, early, early_in_one_of_two, bound_on_one_side, bound_where_it_is_read, ternary, words,
    chained, not_is_no_algebra, truth_of_a_number, lists_and_tuples, dicts, objects,
    functions_differ_only_in_where_they_are_made, membership, extremes, any_and_all,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_the_program_does_what_python_does(function):
    same(function, *SIGNS)


def test_arrays():
    def f(u, v, c):
        a = u * 2 if c > 0 else v + 1
        b = u if c > 1 else v
        if c > 2:
            a[0] = c
        return a, b.sum(), u

    u, v = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    same(f, (u, v, 0.5), (u, v, 1.5), (u, v, 2.5), (u, v, -1.0))


def test_cheap_conditions_are_combined():
    assert "if_" not in primitives(lambda x, y: (0 < x < y) & (x > 3 or y > 4 and x != y), 1.0, 2.0)


def test_costly_conditions_run_where_they_decide():
    assert "if_" in primitives(lambda x: x > 0 and math.log(x) > 1, 1.0)


def test_only_one_side_runs():
    def f(x, i):
        return x[i] if i < len(x) else -1.0

    x = np.array([1.0, 2.0])
    same(f, (x, 1), (x, 0), (x, 2), (x, 9))
    assert "if_" in primitives(f, x, 1)


def test_an_integer_argument_is_not_decided():
    def f(x, n):
        if n > 2:
            return x * n
        return x

    same(f, (1.5, 1), (1.5, 2), (1.5, 3), (1.5, -7))


def test_an_integer_argument_is_decided_where_python_needs_its_number():
    def f(x, n):
        kept = [x, 2 * x]
        if n > 1:
            kept.append(3 * x)
        return kept[-1] * len(kept)

    same(f, (1.5, 1), (1.5, 3), (1.5, 0), (1.5, 5), programs=2)


def test_recursion_bounded_by_an_integer_argument_unrolls():
    def power(x, n):
        return x * power(x, n - 1) if n > 0 else 1.0

    same(power, (1.5, 3), (1.5, 0), programs=2)


def test_dimensions_are_decided():
    def f(x):
        return x[0] if len(x) > 2 else x.sum()

    same(f, (np.arange(3.0),), (np.arange(5.0),), (np.arange(1.0),), programs=2)
    assert "if_" not in primitives(f, np.arange(3.0))


def test_the_user_s_names_stay():
    names = traced(chosen, 1.0).program.names.values()
    assert "y" in names


def matched(x):
    match x:
        case 1.5 | 7.0:
            y = 1.0
        case -1.5 if x < 0:
            y = 2.0
        case v if v > -1:
            y = v
        case _:
            return 9.0
    return y * x


def matched_in_a_sequence(x):
    match [x, 2]:
        case [1.5, y]:
            return y * x
        case [first, *rest]:
            return first * len(rest)


@pytest.mark.parametrize("function", [matched, matched_in_a_sequence], ids=lambda f: f.__name__)
def test_match_statements(function):
    same(function, *SIGNS)
