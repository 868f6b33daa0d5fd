"""Programs of arrays: broadcasting, reductions, products, indexing, shapes, constructors; no stores."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program

_random = np.random.default_rng(2)
GRID = np.linspace(0.0, 1.0, 5)


def normal(*shape, scale=1.0):
    return scale * _random.standard_normal(shape)


def variance_and_deviation(x):
    return np.sum(np.var(x, axis=0) * np.std(x, axis=0)) + x.std() + np.var(x, ddof=1)


def outer_sums(a, b):
    table = a[:, None] + b
    return np.sum(np.sin(table) * table.T.sum())


def broadcast_all_ways(x, row, column, scalar):
    y = x * row + column / (1.0 + scalar**2)
    z = scalar - y * column
    return (z * row[0]).sum() + np.sum(column * scalar)


def float32_mixed(x32, y64):
    half = np.float32(0.5) * x32
    return np.sum(half * y64) + np.sum(half * half, dtype=np.float64)


def stencil(u, dx):
    laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2
    return np.sum(laplacian**2) + u[0] * u[-1]


def slices_with_steps(x):
    return np.sum(x[::2, 1:] * x[1::2, :-1]) + np.sum(x[::-1] * x) + x[-1, -1] ** 2 + np.sum(x[..., 0])


def layouts(x):
    y = x.T.reshape(-1, 2)
    z = np.expand_dims(np.transpose(x, (1, 0)), 0)
    w = np.squeeze(z, axis=0).swapaxes(0, 1).ravel()
    return np.sum(y[:, 0] * y[:, 1]) + np.sum(w * np.arange(w.size)) + np.sum(z.reshape(x.size) ** 2)


def joins(a, b, c):
    rows = np.concatenate([a, b], axis=0)
    both = np.stack((c, c * 2.0, rows[0]), axis=1)
    return (
        np.sum(rows @ both) + np.sum(np.concatenate((rows, rows[:1] * rows)) ** 2) + np.vstack([a, b]).mean()
    )


def repeated_indices(x, index):
    return np.sum(x[index] ** 2) + x[np.array([1, 1, 1])].sum() * x[0]


def gather_rows(table, words, weights):
    embedded = table[words]
    pooled = np.sum(embedded * weights[:, None], axis=0)
    return pooled @ pooled + np.take(table, words[0], axis=0).sum()


def matmul_vectors(a, b):
    return a @ b + np.dot(a, a) - b.dot(a) * np.inner(a, b)


def matmul_matrices(A, B, v):
    return v @ A @ B @ v + np.sum(A @ v) + np.sum(v @ B) + np.sum(np.matmul(A, B))


def matmul_batches(A, B, C, v):
    return np.sum(A @ B) + np.sum(A @ C) + np.sum(C @ B) + np.sum(np.sin(A @ v)) + np.sum(np.dot(A, v))


def reductions(x):
    total = x.sum(axis=0) * x.mean(axis=1).sum() + np.max(x, axis=0)
    spread = np.max(x, axis=(0, 1)) - np.min(x, axis=1, keepdims=True) * x.min()
    return np.sum(total) + np.sum(spread**2) + np.sum(np.prod(x, axis=1))


def clipped(x, low, high):
    return np.sum(np.clip(x, low, high) ** 2) + np.sum(x.clip(-0.5, 0.5) * x) + np.sum(np.clip(x, 0.0, None))


def absolute_deviation(x, centre):
    return np.mean(np.abs(x - centre)) + np.sum(abs(x) ** 1.5) + np.sqrt(np.sum(x * x))


def cumulative_product(x):
    products = []
    running = 1.0
    for k in range(4):
        running = running * x[k]
        products.append(running)
    return np.sum(np.array(products) * GRID[:4])


def methods(x):
    y = x.reshape(2, -1).transpose()
    return y.sum(axis=0).dot(y.mean(axis=0)) + x.max() - x.min() + y.flatten()[1] + x.copy().T.sum()


def constants_made_inside(x):
    n = x.shape[0]
    grid = np.linspace(-1.0, 1.0, n)
    steps = np.arange(n) * 0.5
    A = np.eye(n) + np.full((n, n), 0.1) - np.zeros((n, n)) + np.ones_like(x)
    return (A @ x) @ (grid + steps) + np.sum(np.zeros_like(x) + np.full_like(x, 2.0) * x)


def module_array(x):
    return np.sum(np.sin(GRID * x) + GRID[1:3].sum() * x)


def elementwise_tour(x, y):
    a = np.exp(-x) + np.log(y) * np.log1p(y) - np.expm1(x) + np.sqrt(y) + np.tanh(x) + np.square(x)
    b = (
        np.sin(x) * np.cos(y)
        + np.tan(x / 4)
        + np.arctan(x)
        + np.arctan2(x, y)
        + np.hypot(x, y)
        + np.power(y, x)
    )
    c = np.sinh(x) - np.cosh(x) + np.arcsinh(x) + np.log2(y) + np.log10(y) + np.logaddexp(x, y) + np.sign(x)
    return np.sum(a * b + c * np.reciprocal(y) + np.abs(x) % 0.3 + np.arcsin(x / 10) - np.arccos(x / 10))


def loop_over_rows(X, v):
    total = 0.0
    for row, weight in zip(X, v, strict=True):
        total += weight * np.sum(row * row) / (1.0 + row[0] ** 2)
    return total


def scalar_from_array(x):
    a, b = x[0], x[1]
    return math.exp(-a) * b + max(a, b) * float(x[2]) + sum(x) + x[x.shape[0] - 1].item()


def zero_size_friendly(x):
    head = x[:0]
    return np.sum(x * 2.0) + np.sum(head**2) + np.sum(np.concatenate([head, x]) * x) + head.shape[0]


def numpy_scalars(a, x):
    return a * np.sum(x) + np.float64(2.0) * a**2


INDEX = np.array([0, 2, 2, -1])
SINGLE = np.float32

PROGRAMS = [
    Program(variance_and_deviation, (normal(4, 3),)),
    Program(outer_sums, (normal(3), normal(4)), (0, 1)),
    Program(broadcast_all_ways, (normal(3, 4), normal(4), normal(3, 1), 0.75), (0, 1, 2, 3)),
    Program(float32_mixed, (normal(4).astype(SINGLE), normal(4)), (0, 1), rtol=1e-5),
    Program(stencil, (normal(7), 0.5), (0, 1)),
    Program(slices_with_steps, (normal(4, 3),)),
    Program(layouts, (normal(4, 3),)),
    Program(layouts, (np.asfortranarray(normal(4, 3)),), name="layouts_fortran"),
    Program(layouts, (normal(8, 6)[::2, ::-2],), name="layouts_strided"),
    Program(joins, (normal(2, 3), normal(1, 3), normal(3)), (0, 1, 2)),
    Program(repeated_indices, (normal(4), INDEX)),
    Program(gather_rows, (normal(5, 3), np.array([1, 4, 1, 0]), normal(4)), (0, 2)),
    Program(matmul_vectors, (normal(4), normal(4)), (0, 1)),
    Program(matmul_matrices, (normal(3, 3), normal(3, 3), normal(3)), (0, 1, 2)),
    Program(matmul_batches, (normal(2, 3, 4), normal(2, 4, 3), normal(4, 4), normal(4)), (0, 1, 2, 3)),
    Program(reductions, (normal(3, 4),)),
    Program(clipped, (normal(6), -0.3, 0.8), (0, 1, 2)),
    Program(absolute_deviation, (normal(5), 0.1), (0, 1)),
    Program(cumulative_product, (normal(4),)),
    Program(methods, (normal(6),)),
    Program(constants_made_inside, (normal(4),)),
    Program(module_array, (0.75,)),
    Program(elementwise_tour, (normal(4) + 0.1, np.abs(normal(4)) + 0.5), (0, 1)),
    Program(loop_over_rows, (normal(3, 2), normal(3)), (0, 1)),
    Program(scalar_from_array, (normal(4),)),
    Program(zero_size_friendly, (normal(3),)),
    Program(zero_size_friendly, (np.zeros(0),), name="zero_size"),
    Program(numpy_scalars, (np.float64(1.5), normal(3)), (0, 1)),
]
