"""Programs that write through views: rows, slices, transposes, reshapes, views of views."""

from __future__ import annotations

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers


def rows_as_views(A, scale):
    for i in range(len(A)):
        row = A[i]
        row *= scale
        row[0] += i
    return np.sum(A**2)


def normalised_rows(A):
    for row in A:
        row /= np.sqrt(np.sum(row * row))
    return np.sum(A[0] * A[-1])


def transpose_written_through(A, v):
    columns = A.T
    columns[0] = v
    columns[1:] *= 2.0
    return np.sum(A @ A.T)


def reshape_written_through(A, k):
    flat = A.reshape(-1)
    flat[k] *= 3.0
    flat[1:4] = flat[0] * flat[4:7]
    return np.sum(A**2)


def ravel_of_a_transpose_copies(A):
    copied = A.T.ravel()
    copied[0] = 0.0
    seen = A.ravel()
    seen[-1] = 5.0 * seen[0]
    return np.sum(A) * np.sum(copied**2)


def views_of_views(u, k):
    inner = u[1:-1, 1:-1]
    edge = inner[0]
    edge[:] = k * edge[::-1]
    corner = inner[-1:, -1:]
    corner += u[0, 0]
    return np.sum(u**3)


def wavelet_by_lifting(x):
    # Haar in place: odd samples become details, even ones averages, on views of views.
    signal = x
    while len(signal) > 1:
        even, odd = signal[::2], signal[1::2]
        odd -= even
        even += 0.5 * odd
        signal = even
    return np.sum(x**2) + x[0] ** 3


def palindrome_part(x):
    backwards = x[::-1]
    half = len(x) // 2
    x[:half] += backwards[:half] ** 2
    return np.sum(x * np.arange(len(x)))


def helper_returns_a_view(u, rate, steps):
    def interior(field):
        return field[1:-1]

    for _ in range(steps):
        middle = interior(u)
        middle -= rate * middle**3
        interior(u)[0] += 0.01
    return np.sum(u)


def planes_of_a_volume(V, w):
    for k in range(V.shape[2]):
        plane = V[:, :, k]
        plane[0] += w[k]
        plane.T[1] *= w[k]
    return np.sum(V**2)


def red_and_black(u, f):
    for start in (1, 2):
        here = u[start:-1:2]
        here[:] = 0.5 * (u[start - 1 : -2 : 2] + u[start + 1 :: 2]) - f[start:-1:2]
    return np.sum(u**2)


def lu_by_blocks(A):
    n = A.shape[0]
    for k in range(n - 1):
        below, rest = A[k + 1 :, k], A[k + 1 :, k + 1 :]
        below /= A[k, k]
        rest -= np.outer(below, A[k, k + 1 :])
    return np.sum(np.log(np.abs(np.diagonal(A))))


def gram_schmidt(V):
    for i in range(V.shape[0]):
        for j in range(i):
            V[i] -= (V[i] @ V[j]) * V[j]
        V[i] /= np.sqrt(V[i] @ V[i])
    return np.sum(V[-1] * np.arange(V.shape[1]))


def view_after_the_base_is_rebound(x):
    tail = x[2:]
    x = x * 2.0
    tail[0] = 7.0
    x[0] = tail[1] * x[2]
    return np.sum(x) + np.sum(tail**2)


ROUND = np.eye(4) * 3.0 + numbers(4, 4) * 0.5
PROGRAMS = [
    Program(
        rows_as_views, (numbers(3, 2), 1.5), (0, 1), more=((np.zeros((0, 2)), 1.5), (numbers(1, 2), 1.5))
    ),
    Program(normalised_rows, (numbers(3, 4),), more=((numbers(1, 4),),)),
    Program(transpose_written_through, (numbers(3, 4), numbers(3, seed=1)), (0, 1)),
    Program(reshape_written_through, (numbers(2, 4), 5), more=((numbers(2, 4), -2),)),
    Program(ravel_of_a_transpose_copies, (numbers(3, 2),)),
    Program(views_of_views, (numbers(4, 5), 0.5), (0, 1)),
    Program(wavelet_by_lifting, (numbers(8),), more=((numbers(1),), (numbers(2),))),
    Program(palindrome_part, (numbers(7),), more=((numbers(1),), (numbers(4),))),
    Program(helper_returns_a_view, (numbers(6), 0.1, 3), (0, 1), more=((numbers(6), 0.1, 0),)),
    Program(planes_of_a_volume, (numbers(2, 3, 4), numbers(4, seed=1)), (0, 1)),
    Program(red_and_black, (numbers(7), numbers(7, seed=1) * 0.1), (0, 1)),
    Program(lu_by_blocks, (ROUND,), more=((ROUND[:1, :1],), (ROUND[:2, :2],))),
    Program(gram_schmidt, (numbers(3, 4),), more=((numbers(1, 4),),)),
    Program(view_after_the_base_is_rebound, (numbers(5),)),
]
