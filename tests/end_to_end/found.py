"""Programs on which something was wrong once: found by the generators, cut down, here for good."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

PROGRAMS = []
ROWS = np.array([[0.5, -0.25, 1.25], [0.75, 1.5, -1.0], [-0.5, 0.875, 0.375]])
LINE = np.array([0.625, -0.375, 1.125])
OTHER = np.array([-1.125, 0.25, 0.75])
EMPTY = np.zeros(0)


@dataclass(frozen=True)
class Found:
    """A program with arguments to differentiate it at, in all of them that are floats."""

    function: Any
    args: tuple[Any, ...]

    @property
    def argnums(self):
        return tuple(i for i, arg in enumerate(self.args) if not isinstance(arg, int))

    @property
    def source(self):
        return self.function.__name__


def at(*args):
    def keep(function):
        PROGRAMS.append(Found(function, args))
        return function

    return keep


# ------------------------------------------------------------------ exits


@at(-1.5, LINE)
def return_in_an_unrolled_loop(x, u):
    for row in range(2, len(u)):
        pair = (u[row], u)
        if 0.1 < pair[0]:
            return row
    else:
        x -= 1
    return x


@at(-0.25, -0.125, LINE, ROWS, 3)
def return_in_nested_branches(x, y, u, A, n):
    if np.any(A > y):
        if np.all(u < x):
            if n >= 2:
                return y
        y = 0.5 * y  # ran twice
    return y


@at(1.5, LINE, 1)
def return_in_three_branches(x, u, n):
    if n > 0:
        if 0.1 < n:
            if 0.25 <= n < 1:
                return x
        u = 0.5 * u  # ran twice
    return np.sum(u)


@at(0.75, LINE, ROWS)
def return_in_a_branch_of_a_loop(x, v, A):
    for t in range(len(v)):
        A.fill(x)
        if x < 0.1 * t:
            pass
        elif A[t, 1] < x:
            return t * x
        x += x
    return x


@at(0.25, 1)
def return_in_an_inner_loop(x, m):
    for k in range(m + 1):
        t = x
        for _ in range(k, 0, -2):
            return t
        x -= 1.0
    return 0.5


@at(0.25, LINE, 4)
def continue_under_a_chain(x, u, n):
    for v in u:
        if v < n <= 0.75:
            continue
        x += v
    return x


@at(0.75, LINE)
def break_before_a_break(x, u):
    while True:
        if x > u[0]:
            break
        x += u[1]
        break
    return x


@at(LINE)
def continue_in_a_helper(u):
    def step(p):
        for z in [p, p]:
            if 0.5 < z @ p:
                continue
            p *= 0.5

    step(u)
    return np.sum(u)


@at(0.125, -0.5, 1)
def return_in_an_elif(x, z, m):
    if 0.25 < x:
        pass
    elif m >= 2:
        t = (q := z)
        return q + t
    return x


@at(-0.5, 0.75, ROWS, 0)
def returns_of_one_side(x, y, A, n):
    if A[n, n] < y:
        if A[n, n] >= 0.3:
            return math.tanh(x)
    else:
        return np.cos(x)
    return x


@at(0.5, LINE, 1)
def returns_of_another_side(x, v, n):
    if np.all(v < 1.0):
        x -= v[n]
        return x
    elif 0 > x:
        return x + x
    return 0.5


# ------------------------------------------------------------------ conditions


@at(-1.25, 0.5, LINE, 0)
def not_of_either(x, y, u, n):
    if not (not u[n] > n or u[n] > x):
        return y
    return x


@at(-0.75, ROWS, 1)
def not_of_a_chain_that_ends_in_a_constant(x, B, n):
    t = True
    if not B[n, n] < 0.1 <= 0.75:
        x, t = t, 2.0
    return x + t


@at(0.625, -0.5, EMPTY)
def not_of_not(x, y, v):
    if not (not y > x or np.sum(v) > 2):
        x, y = y, x
    return x


# ------------------------------------------------------------------ names bound on one way


@at(0.625, LINE, 0)
def bound_before_a_loop_or_in_it(x, u, m):
    flag = m > np.sum(u)
    if flag:
        only = math.tanh(m)
    for _ in range(len(u), 0, 2):
        only = x
    if flag:
        x += only
    return x


@at(0.875, 1)
def bound_late_in_a_loop(x, n):
    c = 0
    while True:
        flag = n < c
        if flag:
            only = x
        if not x > 2.0:
            return x * 0.1
        only = only**2
    return x


# ------------------------------------------------------------------ iteration


@at(LINE)
def array_that_grows_while_iterated(u):
    for v in u:
        u += v
    return np.sum(u)


@at(LINE, OTHER)
def array_that_changes_while_enumerated(u, v):
    for i, item in enumerate(v):
        for z in (0.5, item):
            np.add(v, z, out=v)
        u = v[:2] - 0.5 * v[1:] + i
    return np.sum(u)


@at(0.25, LINE)
def reversed_array(x, u):
    box = (u, x, u)
    for item in reversed(box[0]):
        box[0][:-1] -= 0.5 * item
    return np.sum(u)


# ------------------------------------------------------------------ sizes


@at(-0.75, EMPTY)
def difference_of_empty_parts(x, u):
    return x + np.sum(u[:-1] - u)


@at(-0.75, EMPTY)
def store_into_nothing(x, u):
    if x < 1.0 <= 0.75:
        return x
    u[1::2] = u
    return np.sum(u)


@at(-1.0, -0.75, LINE[:2], ROWS)
def index_by_a_remainder(x, y, u, A):
    for j in range(A.shape[1]):
        if 0.1 < y:
            pass
        else:
            u[j % u.shape[0]] *= x
    return np.sum(u * u)


@at(0.5, LINE, 3)
def remainder_by_a_size_that_may_be_zero(x, v, n):
    if n > 0 and len(v) > 0:
        x = x + v[-1 - n % v.shape[0]]
    return x


# ------------------------------------------------------------------ stores, views, aliases


@at(0.25, 1.5, ROWS, 0)
def contribution_of_a_part_and_its_opposite(x, z, A, n):
    r = x - A
    z -= r[1, n]
    return z + x


@at(LINE)
def reversed_part_minus_its_opposite(u):
    u[::-1] -= -u
    return np.sum(u)


@at(-0.25, LINE, 2)
def index_that_is_kept_in_a_branch(x, u, n):
    if n > 0:
        x += u[n % u.shape[0]]
    return x


@at(-0.75, ROWS)
def written_where_a_branch_spread(y, A):
    r = A[::2]
    if 0.1 < y:
        return 0.5
    return np.sum(A * np.arange(1, A.shape[1] + 1)) + np.sum(r)


@at(ROWS)
def row_scaled_by_the_sum(A):
    A[1] *= np.sum(A)
    return np.sum(A * np.arange(1, 1 + 1))


@at(ROWS[:2])
def reshape_of_a_reversed_view(A):
    w = A[::-1].reshape(A.shape[1], A.shape[0])  # a copy
    c = 0
    while c < 3:
        c += 1
        w += 0.75
    return np.sum(A)


@at(np.array([0.75, 0.5]), 3)
def element_stored_again(u, m):
    s = u[1]
    u[1] = s
    u[m - 2] = math.sin(s)
    return np.sum(u)


@at(-0.875, -1.125, LINE, 4)
def loop_whose_carry_has_one_cotangent(y, z, u, n):
    t = np.cos(y)
    for _ in range(n):
        y = y + z
    y *= np.sum(u)
    return y + t


@at(LINE, OTHER, 1)
def tangent_of_what_one_branch_makes(u, v, m):
    if m >= 2:
        pass
    else:
        np.tanh(u, out=v)
    return np.sum(v)


@at(LINE, ROWS)
def array_that_an_inner_loop_only_reads(u, A):
    for _ in range(len(A), 1, 1):
        for _ in u:
            pass
        u, u = u, np.ones_like(u)
    return np.sum(u)


@at(LINE, ROWS, 1)
def factor_that_is_read_where_it_was_stored(v, A, n):
    for i, _ in enumerate(v):
        for j, row in enumerate(A):
            row[i % row.shape[0]] *= A[j][n]
    return np.sum(A)


@at(LINE)
def rest_of_a_line_in_each_turn(u):
    total = 0.0
    for i in range(len(u)):
        rest = u[i:]
        total += np.sum(rest * rest)
    return total


# ------------------------------------------------------------------ what stands in front of a joined loop


@at(LINE, 5, 0)
def refused_in_the_loop_before_a_division_by_zero(u, n, m):
    total = 0.0
    for i in range(len(u)):
        if u[i] > 1.0:
            raise ValueError("no")
        total += math.sin(u[i])
    return total * (n // m)


# ------------------------------------------------------------------ what tangents are kept of


@at(LINE)
def overwritten_after_it_is_read(u):
    total = 0.0
    for i in range(len(u)):
        u[i] = math.sin(u[i])
        total = 0.5 * total + u[i] * u[i]
        u[i] = u[0]
    return total


@at(-0.75, LINE[:2], OTHER[:2], 2)
def read_behind_an_or(x, u, v, m):
    v[...] = u[-2:] > x
    if m >= 2 or v[m] <= 0.25:
        x += 1.0
    return x * x


# ------------------------------------------------------------------ a length that is recalled from a tape


@at(0.5, LINE)
def longer_part_in_each_turn(x, u):
    count = 0
    while count < len(u) and x < 2.0:
        u[:count] *= x
        count += 1
        x += 0.1
    return np.sum(u)


@at(-0.75, LINE, 3)
def array_made_of_another_each_turn(x, u, n):
    c = 0
    while c < n:
        if u[0] > 5.0:
            break
        c += 1
        r = np.array(u)
        r[-2] -= x
    return np.sum(r * r)


@at(0.05, -0.9, LINE, OTHER, 2)
def branch_of_many_conditions_that_leaves(x, y, u, v, m):
    k = 0
    while True:
        if m < k:
            break
        k += 1
        for row in range(m):
            if u[row] <= -5.25:
                break
            if x < m <= 0.75:
                pass
            elif y < x and k > 0:
                v -= v
                if v[row] < y:
                    break
            x, y = x, x
    return np.sum(v)


@at(LINE[:1])
def nothing_of_every_second(u):
    u[1:] += u[::2][1:]
    return np.sum(u * u)


# ------------------------------------------------------------------ what a mask selects, in regions


@at(LINE, 0.25)
def selected_in_a_turn_and_in_a_branch(u, x):
    total = 0.0
    for i in range(len(u)):
        larger = u[u > u[i]]
        total += u[i] * np.sum(larger)
    if x > 0.0:
        part = u[u > x]
        total += np.sum(part * part)
    return total
