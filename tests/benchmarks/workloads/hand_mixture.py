"""The mixture by an expert: the components stand innermost, filled up to whole vectors; nothing is taped."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from bpcompiler.runtime import simd
from tests.benchmarks.loops_hand import FAST

LANES = 8  # of the widest vectors


@njit(error_model="numpy", fastmath=FAST)
def mixture(weights, means, log_diagonals, lower, X):
    """The cotangents of the centred points are the same for all of a component's: summed, then multiplied."""
    count, size = means.shape
    constants, L, centres = side_by_side(weights, means, log_diagonals, lower)
    wide = len(constants)
    dL, dz, dweights = np.zeros(L.shape), np.zeros((size, wide)), np.zeros(wide)
    c, z, p = np.empty((size, wide)), np.empty((size, wide)), np.empty(wide)
    total = 0.0
    for n in range(len(X)):
        for k in range(wide):
            p[k] = constants[k]
        for i in range(size):
            x, ci, centre = X[n, i], c[i], centres[i]
            for k in range(wide):
                ci[k] = x - centre[k]
        for i in range(size):
            zi, row, cj = z[i], L[i, 0], c[0]
            for k in range(wide):
                zi[k] = row[k] * cj[k]
            for j in range(1, i + 1):
                row, cj = L[i, j], c[j]
                for k in range(wide):
                    zi[k] += row[k] * cj[k]
            for k in range(wide):
                p[k] -= 0.5 * zi[k] * zi[k]
        total += shares(p)
        for k in range(wide):
            dweights[k] += p[k]
        for i in range(size):
            zi, di = z[i], dz[i]
            for k in range(wide):
                zi[k] *= p[k]
                di[k] += zi[k]
            for j in range(i + 1):
                drow, cj = dL[i, j], c[j]
                for k in range(wide):
                    drow[k] -= zi[k] * cj[k]
    return total, gradients(count, dweights, dz, L, dL)


@njit(error_model="numpy", fastmath=FAST)
def side_by_side(weights, means, log_diagonals, lower):
    """Return the scores' constants, the factors and the means, components last: -inf and 0 fill them up."""
    count, size = means.shape
    wide = (count + LANES - 1) // LANES * LANES
    constants, L, centres = np.full(wide, -np.inf), np.zeros((size, size, wide)), np.zeros((size, wide))
    for k in range(count):
        constants[k] = weights[k]
        for i in range(size):
            constants[k] += log_diagonals[k, i]
            centres[i, k] = means[k, i]
            L[i, i, k] = math.exp(log_diagonals[k, i])
            for j in range(i):
                L[i, j, k] = lower[k, i, j]
    return constants, L, centres


@njit(error_model="numpy", fastmath=FAST)
def shares(p):
    """Replace scores by the components' shares; return the logarithm of the sum of their exponentials."""
    top = p[0]
    for k in range(1, len(p)):
        top = max(top, p[k])
    total = 0.0
    for k in range(len(p)):
        p[k] = simd.exp(p[k] - top)
        total += p[k]
    inverse = 1.0 / total
    for k in range(len(p)):
        p[k] *= inverse
    return top + math.log(total)


@njit(error_model="numpy", fastmath=FAST)
def gradients(count, dweights, dz, L, dL):
    size = len(dz)
    dmeans, dlog_diagonals = np.zeros((count, size)), np.empty((count, size))
    dlower = np.zeros((count, size, size))
    for k in range(count):
        for i in range(size):
            dlog_diagonals[k, i] = dL[i, i, k] * L[i, i, k] + dweights[k]
            for j in range(i):
                dlower[k, i, j] = dL[i, j, k]
            for j in range(i + 1):
                dmeans[k, j] += dz[i, k] * L[i, j, k]
    return dweights[:count].copy(), dmeans, dlog_diagonals, dlower
