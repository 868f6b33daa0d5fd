"""Programs of nested loops: linear algebra, dynamic programming, images, particles, mixtures."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

# ------------------------------------------------------------------ linear algebra


def matrix_product(A, B):
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]
    return np.sum(C**2)


def lu_in_place(A):
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    log_det = 0.0
    for k in range(n):
        log_det += math.log(abs(A[k, k]))
    return log_det


def cholesky(A, y):
    n = A.shape[0]
    L = np.zeros((n, n))
    for j in range(n):
        s = A[j, j]
        for k in range(j):
            s -= L[j, k] ** 2
        if s <= 0.0:
            raise ValueError("the matrix is not positive definite")
        L[j, j] = math.sqrt(s)
        for i in range(j + 1, n):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            L[i, j] = s / L[j, j]
    # The log density of y under a normal distribution with covariance A.
    z = np.empty(n)
    log_density = -0.5 * n * math.log(2.0 * math.pi)
    for i in range(n):
        s = y[i]
        for k in range(i):
            s -= L[i, k] * z[k]
        z[i] = s / L[i, i]
        log_density -= 0.5 * z[i] ** 2 + math.log(L[i, i])
    return log_density


def back_substitution(U, b):
    n = len(b)
    x = np.empty(n)
    for i in range(n - 1, -1, -1):
        s = b[i]
        for j in range(i + 1, n):
            s -= U[i, j] * x[j]
        x[i] = s / U[i, i]
    return np.sum(x**2)


# ------------------------------------------------------------------ images


def convolution(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for di in range(kernel.shape[0]):
                for dj in range(kernel.shape[1]):
                    out[i, j] += kernel[di, dj] * image[i + di, j + dj]
    return np.sum(np.maximum(out, 0.0) ** 2)


def max_pooling(image):
    out = np.empty((image.shape[0] // 2, image.shape[1] // 2))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            best = -np.inf
            for di in range(2):
                for dj in range(2):
                    if image[2 * i + di, 2 * j + dj] > best:
                        best = image[2 * i + di, 2 * j + dj]
            out[i, j] = best
    return np.sum(out**3)


def bilinear_path(heights, xs, ys):
    length, last = 0.0, 0.0
    for k in range(len(xs)):
        i, j = int(xs[k]), int(ys[k])
        s, t = xs[k] - i, ys[k] - j
        here = (1 - s) * ((1 - t) * heights[i, j] + t * heights[i, j + 1])
        here += s * ((1 - t) * heights[i + 1, j] + t * heights[i + 1, j + 1])
        if k > 0:
            length += math.hypot(xs[k] - xs[k - 1], here - last)
        last = here
    return length


# ------------------------------------------------------------------ dynamic programming


def soft_minimum(a, b, c):
    low = min(a, b, c)
    return low - math.log(math.exp(low - a) + math.exp(low - b) + math.exp(low - c))


def soft_edit_distance(x, y, gap):
    n, m = len(x), len(y)
    D = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        D[i, 0] = i * gap
    for j in range(1, m + 1):
        D[0, j] = j * gap
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            change = (x[i - 1] - y[j - 1]) ** 2
            D[i, j] = soft_minimum(D[i - 1, j] + gap, D[i, j - 1] + gap, D[i - 1, j - 1] + change)
    return D[n, m]


def time_warping(x, y):
    previous = np.full(len(y) + 1, np.inf)
    previous[0] = 0.0
    for a in x:
        row = np.full(len(y) + 1, np.inf)
        for j in range(1, len(y) + 1):
            row[j] = abs(a - y[j - 1]) + min(previous[j], row[j - 1], previous[j - 1])
        previous = row
    return previous[-1]


def forward_algorithm(start, transition, emission, observed):
    alpha = start + emission[:, observed[0]]
    for t in range(1, len(observed)):
        new = np.empty_like(alpha)
        for j in range(len(alpha)):
            top = np.max(alpha + transition[:, j])
            total = 0.0
            for i in range(len(alpha)):
                total += math.exp(alpha[i] + transition[i, j] - top)
            new[j] = top + math.log(total) + emission[j, observed[t]]
        alpha = new
    top = alpha.max()
    return top + math.log(np.sum(np.exp(alpha - top)))


def shortest_paths(W):
    n = len(W)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                way = W[i, k] + W[k, j]
                if way < W[i, j]:
                    W[i, j] = way
    return np.sum(W**2)


# ------------------------------------------------------------------ physics and statistics


def ising_energy(spins, coupling, field):
    energy = 0.0
    rows, columns = spins.shape
    for i in range(rows):
        for j in range(columns):
            neighbours = spins[(i + 1) % rows, j] + spins[i, (j + 1) % columns]
            energy -= coupling * spins[i, j] * neighbours + field * spins[i, j]
    return energy


def pairs_with_a_cutoff(x, y, cutoff):
    energy = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            r2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
            if r2 > cutoff**2:
                continue
            s6 = 1.0 / r2**3
            energy += s6 * s6 - s6
    return energy


def mixture_by_loops(weights, means, precisions, X):
    total = 0.0
    scores = np.empty(len(weights))
    for n in range(X.shape[0]):
        for k in range(len(weights)):
            q = 0.0
            for d in range(X.shape[1]):
                z = (X[n, d] - means[k, d]) * math.exp(precisions[k, d])
                q += 0.5 * z * z - precisions[k, d]
            scores[k] = weights[k] - q
        top = np.max(scores)
        total += top + math.log(np.sum(np.exp(scores - top)))
    return total


def newton_for_each(a, x):
    # Another number of turns for each element, and none where there is no root.
    total = 0.0
    for i in range(len(a)):
        root = x[i]
        if a[i] > 0.0:
            while abs(root * root - a[i]) > 1e-10:
                root = 0.5 * (root + a[i] / root)
        total += root * (i + 1)
    return total


def romberg(a, b, rate, levels):
    R = np.zeros((levels + 1, levels + 1))
    h, points = b - a, 1
    R[0, 0] = 0.5 * h * (math.exp(-rate * a) + math.exp(-rate * b))
    for i in range(1, levels + 1):
        h *= 0.5
        middle = 0.0
        for k in range(points):
            middle += math.exp(-rate * (a + (2 * k + 1) * h))
        R[i, 0] = 0.5 * R[i - 1, 0] + h * middle
        for j in range(1, i + 1):
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4.0**j - 1.0)
        points *= 2
    return R[levels, levels]


def three_deep_with_breaks(A, limit):
    total = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if A[i, j] < 0.0:
                continue
            product = 1.0
            for k in range(j, A.shape[1]):
                product *= 0.5 + A[i, k] ** 2
                if product > limit:
                    break
            else:
                total -= product
            total += product * A[i, j]
            if total > 8.0 * limit:
                return total
    return total


def bound_changes_inside(x, width):
    total = 0.0
    for i in range(len(x)):
        for j in range(max(0, i - width), min(len(x), i + width + 1)):
            total += x[i] * x[j] / (1.0 + abs(i - j))
        width = width + 1 if x[i] > 0 else 1
    return total


SPD = np.array([[2.0, 0.3, -0.2], [0.3, 1.5, 0.4], [-0.2, 0.4, 1.0]])
ROUND = np.eye(4) * 3.0 + numbers(4, 4) * 0.5
PLACES = (np.array([0.0, 1.1, 0.4, 1.9]), np.array([0.0, 0.2, 1.0, 1.3]))
PROGRAMS = [
    Program(
        matrix_product, (numbers(3, 4), numbers(4, 2)), (0, 1), more=((np.zeros((3, 0)), np.zeros((0, 2))),)
    ),
    Program(lu_in_place, (ROUND,), more=((ROUND[:1, :1],),)),
    Program(cholesky, (SPD, numbers(3)), (0, 1), more=((SPD[:1, :1], numbers(1)),)),
    Program(back_substitution, (ROUND, numbers(4)), (0, 1), more=((ROUND[:1, :1], numbers(1)),)),
    Program(convolution, (numbers(4, 5), numbers(2, 3, seed=1)), (0, 1)),
    Program(max_pooling, (numbers(4, 6),), more=((numbers(3, 3),),)),
    Program(bilinear_path, (numbers(4, 4), np.array([0.2, 1.4, 2.7]), np.array([0.5, 1.6, 2.2])), (0, 1, 2)),
    Program(
        soft_edit_distance,
        (numbers(3), numbers(4, seed=1), 0.8),
        (0, 1, 2),
        more=((numbers(0), numbers(2), 0.8), (numbers(1), numbers(1, seed=1), 0.8)),
    ),
    Program(time_warping, (numbers(4), numbers(5, seed=1)), (0, 1), more=((numbers(1), numbers(1, seed=1)),)),
    Program(
        forward_algorithm,
        (numbers(2), numbers(2, 2), numbers(2, 3), np.array([0, 2, 1, 1])),
        (0, 1, 2),
        more=((numbers(2), numbers(2, 2), numbers(2, 3), np.array([1])),),
    ),
    Program(shortest_paths, (np.abs(numbers(4, 4)) + 0.1,)),
    Program(ising_energy, (np.tanh(numbers(3, 4)), 0.6, 0.1), (0, 1, 2)),
    Program(pairs_with_a_cutoff, (*PLACES, 1.4), (0, 1), more=((*PLACES, 0.1), (*PLACES, 9.0))),
    Program(
        mixture_by_loops, (numbers(2), numbers(2, 3), numbers(2, 3, seed=1) * 0.3, numbers(4, 3)), (0, 1, 2)
    ),
    Program(
        newton_for_each, (np.array([2.0, -1.0, 9.0, 0.5]), np.array([1.0, 0.7, 2.5, 2.0])), (0, 1), rtol=1e-8
    ),
    Program(romberg, (0.0, 2.0, 0.9, 4), (0, 1, 2), more=((0.0, 2.0, 0.9, 0),)),
    Program(
        three_deep_with_breaks, (numbers(3, 4), 1.5), more=((numbers(3, 4), 0.2), (-np.ones((2, 2)), 1.5))
    ),
    Program(bound_changes_inside, (numbers(6), 1), more=((numbers(1), 0), (numbers(6), 9))),
]
