"""Programs on which something was wrong once, as in `found.py`: stores, views, what is kept and joined."""

import math

import numpy as np

from tests.end_to_end.found import LINE, OTHER, ROWS, at

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


@at(LINE[:2])
def nothing_of_a_part_of_one(u):
    u[1:][1:][...] += np.sum(np.sin(u))
    return np.sum(u * u)
