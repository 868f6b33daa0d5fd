"""`for` and `while` on traced values: loops of the program, for any number of turns."""

from __future__ import annotations

import math

import numpy as np
import pytest

import bpcompiler as bp
from bpcompiler.frontend.decisions import Decisions
from bpcompiler.ir import sizes
from tests.frontend.staging import primitives, same, traced

TURNS = [(1.5, n) for n in (3, 0, 1, 2, 5)]
ARRAYS = [(np.linspace(0.5, 2.0, n) * (-1) ** np.arange(n),) for n in (3, 0, 1, 2, 6)]


def running_sum(x, n):
    total = 0
    for i in range(n):
        total = total + x * i
    return total


def recurrence(x, n):
    a, b = 0, x
    for _ in range(n):
        a, b = b, a + b
    return a


def state_in_a_tuple(x, n):
    state = (x, 0)
    for _ in range(n):
        a, b = state
        state = (b + x, a)
    return state


def state_in_a_list_and_a_dict(x, n):
    state, kept = [x, 0.0], {"best": 0.0}
    for i in range(n):
        state[0] = state[1] + i
        state[1] = state[0] * 2
        kept["best"] = state[0] if state[0] > kept["best"] else kept["best"]
    return state, kept


def used_afterwards(x, n):
    for i in range(n):
        y = x * i
    return y + i


def rebinds_its_variable(x, n):
    total = 0.0
    for i in range(n):
        total += i
        i = i * x
        total += i
    return total


def steps_backwards(x, n):
    total = 0.0
    for i in range(n, -n, -2):
        total = total * x + i
    return total


def triangle(x, n):
    total = 0.0
    for i in range(n):
        for j in range(i, n):
            total += x**i * j
    return total


def bound_changes(x, n):
    total = 0.0
    for i in range(n):
        n = n + 1
        total += i * x
    return total + n


def counts(x, n):
    k, total = 0, 0.0
    while k < n:
        total += x * k
        k += 1
    else:
        total += 0.5
    return total, k


def until(x, n):
    turns = 0
    while x < 20:
        x = x * 2 + n
        turns += 1
    return x, turns


def forever(x, n):
    while True:
        x = x * 1.5 + n
        if x > 30:
            break
    return x


def walrus(x, n):
    while (y := x * 2) < 20:
        x = y + n
    return x, y


def breaks(x, n):
    for i in range(n):
        x = x * 1.5
        if x > 4:
            break
    else:
        x = -x
    return x


def continues(x, n):
    total = 0.0
    for i in range(n):
        if i % 2 == 0:
            continue
        total += x * i
    return total


def returns(x, n):
    for i in range(n):
        if x > 4:
            return x * i
        x = x + 1
    return -x


def returns_from_two_loops(x, n):
    for i in range(n):
        for j in range(i):
            if x > 5:
                return x, j
            x = x + j
        else:
            x += 0.5
    return x, -1


def all_ways_to_leave(x, n):
    total = x
    while n > 0:
        n -= 1
        if n % 3 == 0:
            continue
        total = total + math.sin(total) / (n + 1)
        if total > 3.0:
            return total * n
        if total < -3.0:
            break
    else:
        total *= 0.5
    return total**2


def best_so_far(x, n):
    best, where = -math.inf, -1
    for i in range(n):
        value = x * math.sin(i)
        if value > best:
            best, where = value, i
    return best, where


def calls_a_helper(x, n):
    def step(v, i):
        if i > 2:
            return v
        return v * x

    v = x
    for i in range(n):
        v = step(v, i)
    return v


COUNTED = [
    running_sum, recurrence, state_in_a_tuple, state_in_a_list_and_a_dict, used_afterwards,
    rebinds_its_variable, steps_backwards, triangle, bound_changes, counts, until, forever, walrus, breaks,
    continues, returns, returns_from_two_loops, all_ways_to_leave, best_so_far, calls_a_helper,
]  # fmt: skip


@pytest.mark.parametrize("function", COUNTED, ids=lambda f: f.__name__)
def test_one_program_for_any_number_of_turns(function):
    same(function, *TURNS)


def over_elements(x):
    total = 0.0
    for value in x:
        if value < 0:
            continue
        total += value
    return total


def numbered(x):
    total = 0.0
    for i, value in enumerate(x):
        total += i * value
    for i, (one, other) in enumerate(zip(x, x[1:]), 1):
        total += i * one * other
    return total


def backwards(x):
    total = 0.0
    for value in reversed(x):
        total = total * 0.5 + value
    for i in reversed(range(1, len(x))):
        total = total * 0.5 + x[i] * x[i - 1]
    return total


def generators(x):
    total = sum(v * v for v in x)
    pairs = sum(x[i] * x[j] for i in range(len(x)) for j in range(i) if x[i] > 0)
    return total, pairs, any(v > 1.5 for v in x), all(v > -1.5 for v in x)


def in_place(x):
    for i in range(1, len(x)):
        x[i] += 0.5 * x[i - 1]
    return x


def stencil(x):
    y = x.copy()
    for _ in range(3):
        left = 0.0
        for i in range(1, len(x) - 1):
            here = y[i]
            y[i] = here + 0.1 * (left - 2 * here + y[i + 1])
            left = here
    return y, x


def swapped(x):
    u, v = x.copy(), x * 2
    for i in range(len(x)):
        v[i] = u[i] + 1
        u, v = v, u
    return u, v


def a_new_array_each_turn(x):
    y = x
    for _ in range(len(x)):
        y = y - 0.1 * y
    return y, x


OVER_ARRAYS = [
    over_elements, numbered, backwards, generators, in_place, stencil, swapped, a_new_array_each_turn,
]  # fmt: skip


@pytest.mark.parametrize("function", OVER_ARRAYS, ids=lambda f: f.__name__)
def test_one_program_for_any_length(function):
    same(function, *ARRAYS[:1], *ARRAYS[-1:])
    for args in ARRAYS:
        same(function, args)
    assert "for_" in primitives(function, *ARRAYS[0])


def test_rows():
    def f(X):
        total = 0
        for row in X:
            total = total + row * row[0]
        return total

    same(f, (np.arange(6.0).reshape(3, 2) + 1,), (np.arange(8.0).reshape(4, 2) + 1,))


def test_largest_and_smallest_of_a_generator():
    def f(x):
        return max(v * v for v in x) - min(v for v in x if v > 0)

    same(f, *ARRAYS)


def test_a_step_of_unknown_sign():
    def f(x, a, b, s):
        total = 0.0
        for i in range(a, b, s):
            total = total * x + i
        return total

    same(f, (1.5, 0, 5, 2), (1.5, 5, 0, -1), (1.5, 5, 0, 2), (1.5, 0, 5, 0))


def test_short_loops_over_constants_unroll():
    def f(x):
        for i in range(8):
            x = x + i
        return x

    assert "for_" not in primitives(f, 1.0)


def test_long_ones_stay_loops():
    def f(x):
        for i in range(9):
            x = x + i
        return x

    assert "for_" in primitives(f, 1.0)
    same(f, (1.5,))


def test_what_computes_with_ordinary_values_only_is_run():
    def f(x):
        weights = []
        for i in range(30):
            weights.append(i * 2)
        return x * weights[4] + len(weights)

    assert "for_" not in primitives(f, 1.0)
    same(f, (1.5,))


def test_a_list_that_grows_twice_a_turn_is_unrolled():
    def f(x, n):
        kept = []
        for i in range(n):
            kept.append(x * i)
            kept.append(x)
        return sum(kept)

    same(f, (1.5, 3), (1.5, 0), programs=2)


def test_a_count_that_is_needed_afterwards_is_decided():
    def f(x, n):
        k = 0
        for _ in range(n):
            k = k + 2
        return np.sum(np.zeros(k) + x)

    same(f, (1.5, 3), (1.5, 1), programs=2)


def test_the_first_turn_goes_in_front_where_it_settles_the_types():
    def f(x, n):
        last = None
        for i in range(n):
            if last is None:
                last = x
            last = last * 2
        return last

    same(f, (1.5, 3), (1.5, 1), (1.5, 7))


def test_elements_are_read_at_indices_that_are_proven():
    def f(u):
        total = 0.0
        for i in range(1, len(u) - 1):
            total += u[i - 1] * u[i] * u[i + 1]
        return total

    found = traced(f, np.arange(5.0))
    assert "getitem" not in primitives(f, np.arange(5.0))
    assert not found.assumptions


def test_the_user_s_names_stay():
    program = traced(running_sum, 1.5, 3).program
    (loop,) = [eqn for eqn in program.equations if eqn.primitive.name == "for_"]
    assert [program.names.get(param) for param in loop.blocks[0].params[:2]] == ["i", "total"]
    assert loop.origin is not None
    assert loop.origin.text == "for i in range(n)"


def test_loops_in_a_transform_in_a_loop():
    def inner(x):
        total = 0.0
        for i in range(12):
            total = total + x * i
            if total > 100:
                break
        return total * total

    def f(x, n):
        total = 0.0
        for i in range(n):
            total = total + 0.01 * bp.grad(inner)(x + i)
        return total

    same(f, (0.5, 3), (0.5, 0), (9.5, 2))


# ------------------------------------------------------------------ what is known of sizes


def test_sizes_of_a_loop_are_known_by_facts_only():
    decisions = Decisions()
    n = decisions.symbol("n", 5)
    i = sizes.symbol("i#1", nonnegative=False)
    assert decisions.known_less(i, n) is None
    with decisions.assuming([i - 1, n - 2 - i]):
        assert decisions.known_less(i + 1, n) is True
        assert decisions.known_less(i - 1, 0) is False
        assert decisions.known_equal(i, n) is False
        assert decisions.known_less(i, 3) is None
    assert decisions.known_less(i, n) is None
    assert not decisions.assumptions


def test_facts_add_up():
    decisions = Decisions()
    n = decisions.symbol("n", 5)
    i, j = (sizes.symbol(name, nonnegative=False) for name in ("i#1", "i#2"))
    with decisions.assuming([i, n - 1 - i, j - i, n - 1 - j]):
        assert decisions.known_less(j, 0) is False
        assert decisions.known_less(j - i, n) is True


# ------------------------------------------------------------------ loops of few turns


def few_turns_that_return(x):
    y = x
    for _ in range(8):
        y = 0.5 * (y + x / y)
        if abs(y * y - x) < 1e-9:
            return y
    return -y


def few_turns_that_break(x):
    for k in range(6):
        x = x * 1.5
        if x > 4:
            break
    else:
        x = -x
    return x, k


def few_turns_of_a_loop(x):
    for k in range(3):
        for i in range(int(x) + 20):
            x = x * 0.9 + k * i
    return x


@pytest.mark.parametrize(
    ("function", "loops"), [(few_turns_that_return, 1), (few_turns_that_break, 1), (few_turns_of_a_loop, 2)]
)
def test_few_turns_stay_a_loop_where_unrolled_they_would_nest_or_repeat(function, loops):
    assert primitives(function, 2.0).count("for_") == loops
    same(function, (2.0,), (0.01,), (30.0,))


def test_few_turns_that_leave_and_cannot_be_a_loop_are_unrolled():
    def f(x):
        for scale in (0.5, 2.0):
            x = x * scale
        for k in range(3):
            x = x + [1.0, 2.0, 3.0][k]
            if x > 4:
                return x
        return -x

    assert "for_" not in primitives(f, 2.0)
    same(f, (2.0,), (0.1,), (-9.0,))


def test_few_plain_turns_are_unrolled():
    def f(x):
        for k in range(4):
            x = x * 2 if x > k else x + 1
        return x

    assert "for_" not in primitives(f, 2.0)
    same(f, (2.0,), (0.1,), (-9.0,))
