"""Programs on which something was wrong once: found by the generators, cut down, here for good.

Those about stores, views and what loops keep are in `found_stores.py`.
"""

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


@at(-0.75, ROWS, 1)
def row_by_an_integer_argument(x, A, n):
    if A[n, -1] < A[-1 - n][n - 2]:
        x = 0.5 * x
    else:
        A[n, n - 2] -= x
    return 0.5 * x + np.sum(A * np.arange(1, A.shape[1] + 1))


@at(-1.5, LINE)
def comparison_in_a_product_that_is_subtracted(y, v):
    c = 0
    while True:
        if c >= 3:
            break
        c += 1
        y -= v[0] * (0 < v[1])
    return y
