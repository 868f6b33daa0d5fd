"""Programs that store into arrays: elements, slices, masks, integer arrays, out=."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

SERIES = np.array([0.5, 1.2, 0.7, -0.3, 0.4, 1.1, 0.2])


# ------------------------------------------------------------------ elements


def heat_in_place(u, alpha, steps, observed):
    for _ in range(steps):
        left = u[0]
        for i in range(1, len(u) - 1):
            here = u[i]
            u[i] = here + alpha * (left - 2 * here + u[i + 1])
            left = here
    return np.sum((u - observed) ** 2)


def gauss_seidel(u, source, sweeps):
    h2 = 0.04
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] - h2 * (source[i] + u[i] ** 3))
    return np.sum(u * u)


def prefix_scan(x, decay):
    out = np.zeros(len(x) + 1)
    for i in range(len(x)):
        out[i + 1] = decay * out[i] + x[i]
    return np.sum(out**2)


def running_maximum(x):
    for i in range(1, len(x)):
        if x[i - 1] > x[i]:
            x[i] = x[i - 1]
    return np.sum(x * (1.0 + np.arange(len(x))))


def insertion_sort(x, weights):
    for i in range(1, len(x)):
        j = i
        while j > 0 and x[j - 1] > x[j]:
            x[j - 1], x[j] = x[j], x[j - 1]
            j -= 1
    return weights @ x


def histogram_by_linear_binning(positions, masses, cells):
    density = np.zeros(cells + 1)
    for x, mass in zip(positions, masses):  # noqa: B905 - as users do
        cell = int(x)
        part = x - cell
        density[cell] += mass * (1.0 - part)
        density[cell + 1] += mass * part
    return np.sum(density**2)


def symmetric_kernel(x, length):
    n = len(x)
    K = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            K[i, j] = K[j, i] = math.exp(-0.5 * ((x[i] - x[j]) / length) ** 2)
    return np.sum(K @ K)


def binomial_tree_in_place(spot, volatility, steps):
    up = math.exp(volatility * math.sqrt(1.0 / steps))
    chance = (1.0 - 1.0 / up) / (up - 1.0 / up)
    values = np.empty(steps + 1)
    for k in range(steps + 1):
        values[k] = max(100.0 - spot * up ** (2 * k - steps), 0.0)
    for level in range(steps - 1, -1, -1):
        for k in range(level + 1):
            wait = 0.99 * (chance * values[k + 1] + (1.0 - chance) * values[k])
            now = 100.0 - spot * up ** (2 * k - level)
            values[k] = now if now > wait else wait
    return values[0]


# ------------------------------------------------------------------ slices


def heat_by_overlapping_slices(u, k, steps):
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def smoothed_in_single_precision(u, rate, steps):
    for _ in range(steps):
        for i in range(1, len(u)):
            u[i] = (1 - rate) * u[i] + rate * u[i - 1]
        u *= 0.5
    return np.sum(u * u)


def shifted_onto_itself(u):
    u[1:] = u[:-1] + 0.5 * u[1:]
    u[:-1] *= u[1:]
    return np.sum(u)


def whole_arrays_replaced(u, v, rate):
    u[:] = u - rate * v
    v[...] = 0.5
    v += u
    u[:, 0] = v[:, 1] ** 2
    u[..., -1] -= 1.0
    return np.sum(u * v)


def steps_and_new_axes(table, row):
    table[::2] += row
    table[1::2, ::-1] = row * table[1::2]
    table[:, None][0, 0] = 2.0 * row
    return np.sum(table**2)


def standardised_in_place(X):
    X -= X.mean(axis=0)
    X /= np.sqrt((X**2).mean(axis=0) + 1e-6)
    return np.sum(X[0] ** 3) + X[1, 0]


def softmax_in_place(z, label):
    z -= z.max()
    np.exp(z, out=z)
    z /= z.sum()
    return -math.log(z[label])


def arrays_in_place_and_scalars_not(x, s):
    y, t = x, s
    y *= 2.0
    t *= 2.0
    y[0] += t
    return np.sum(x * x) * s


# ------------------------------------------------------------------ masks and integer arrays


def masks(x, slope, floor):
    x[x < 0] *= slope
    x[x > 1.0] = floor
    kept = x > floor
    x[kept] = np.sqrt(x[kept] + 1.0)
    return np.sum(x**2)


def same_index_twice(x, values, where):
    last = x.copy()
    last[where] = values
    buffered = x.copy()
    buffered[where] += values**2
    return np.sum(last**3) + np.sum(buffered * x)


def scatter_add(forces, stiffness, ends, lengths):
    total = np.zeros(len(forces))
    np.add.at(total, ends[:, 0], stiffness * lengths)
    np.add.at(total, ends[:, 1], -stiffness * lengths)
    return np.sum((total - forces) ** 2)


def rows_swapped(A, i, j):
    A[[i, j]] = A[[j, i]]
    A[[0, 2], [1, 0]] *= 3.0
    return np.sum(A * np.arange(A.size).reshape(A.shape))


def embedding_step(table, tokens, rate):
    gradient = np.zeros_like(table)
    for token in tokens:
        gradient[token] += table[token] ** 2
    table -= rate * gradient
    return np.sum(table**3)


# ------------------------------------------------------------------ functions that fill


def filled_by_functions(x, y):
    out = np.empty_like(x)
    np.multiply(x, y, out=out)
    np.add(out, x, out=out)
    other = np.empty_like(x)
    other.fill(y[0])
    np.copyto(other[1:], out[:-1])
    return np.sum(other * out)


ENDS = np.array([[0, 1], [1, 2], [2, 0], [1, 3]])
REPEATED = np.array([1, 3, 1, 0])
PROGRAMS = [
    Program(
        heat_in_place,
        (SERIES, 0.2, 4, np.zeros(7)),
        (0, 1),
        more=((SERIES, 0.2, 0, np.zeros(7)), (SERIES[:2], 0.2, 3, np.zeros(2))),
    ),
    Program(gauss_seidel, (SERIES, numbers(7), 3), (0, 1), more=((SERIES[:3], numbers(3), 1),)),
    Program(prefix_scan, (SERIES, 0.8), (0, 1), more=((SERIES[:1], 0.8), (SERIES[:0], 0.8))),
    Program(running_maximum, (SERIES,), more=((SERIES[:1],), (-SERIES,))),
    Program(insertion_sort, (SERIES, numbers(7)), (0, 1), more=((np.sort(SERIES), numbers(7)),)),
    Program(
        histogram_by_linear_binning,
        (np.array([0.3, 1.8, 1.2, 3.5]), np.array([1.0, 0.5, 2.0, 1.5]), 4),
        (0, 1),
        more=((np.zeros(0), np.zeros(0), 4),),
    ),
    Program(symmetric_kernel, (SERIES[:4], 0.7), (0, 1), more=((SERIES[:1], 0.7),)),
    Program(binomial_tree_in_place, (95.0, 0.3, 6), (0, 1), more=((60.0, 0.3, 1),)),
    Program(
        heat_by_overlapping_slices, (SERIES, 0.2, 4), (0, 1), more=((SERIES, 0.2, 0), (SERIES[:2], 0.2, 1))
    ),
    Program(
        smoothed_in_single_precision,
        (SERIES.astype(np.float32), 0.3, 3),
        (0, 1),
        rtol=1e-5,
        more=((SERIES.astype(np.float32), 0.3, 0),),
    ),
    Program(shifted_onto_itself, (SERIES,), more=((SERIES[:1],), (SERIES[:2],))),
    Program(whole_arrays_replaced, (numbers(3, 3), numbers(3, 3, seed=1), 0.3), (0, 1, 2)),
    Program(steps_and_new_axes, (numbers(5, 3), numbers(3, seed=1)), (0, 1)),
    Program(standardised_in_place, (numbers(4, 3),)),
    Program(softmax_in_place, (numbers(5), 3), more=((numbers(1), 0),)),
    Program(arrays_in_place_and_scalars_not, (numbers(3), 1.5), (0, 1)),
    Program(masks, (numbers(8) * 2.0, 0.1, 0.25), (0, 1, 2), more=((np.full(3, 0.5), 0.1, 0.25),)),
    Program(same_index_twice, (numbers(5), numbers(4, seed=1), REPEATED), (0, 1)),
    Program(scatter_add, (numbers(4), numbers(4, seed=1), ENDS, numbers(4, seed=2)), (0, 1, 3)),
    Program(rows_swapped, (numbers(4, 3), 0, 2), more=((numbers(4, 3), 1, 1), (numbers(4, 3), -1, 2))),
    Program(
        embedding_step, (numbers(4, 2), REPEATED, 0.3), (0, 2), more=((numbers(4, 2), REPEATED[:0], 0.3),)
    ),
    Program(filled_by_functions, (numbers(4), numbers(4, seed=1)), (0, 1)),
]
