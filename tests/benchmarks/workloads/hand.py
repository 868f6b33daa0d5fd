"""Gradients as an expert writes them: one pass over the data, SIMD mathematics, sums in any order.

Numba keeps none of these on disk: it would not see that the functions called by name have changed.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numba import njit

from bpcompiler.runtime import simd
from tests.benchmarks.hand import Network
from tests.benchmarks.loops_hand import FAST
from tests.benchmarks.network import WEIGHTS


@njit(error_model="numpy", fastmath=FAST)
def descend(x, y, rate, steps):
    value = 0.0
    for _ in range(steps):
        sigx, sigy = 1.0 / (1.0 + math.exp(-x)), 1.0 / (1.0 + math.exp(-y))
        xpy = x + y
        invden = 1.0 / (sigx + xpy * xpy)
        value = (x + sigy) * invden
        dden = -value * invden
        dxpy = 2.0 * xpy * dden
        x -= rate * (invden + (sigx - sigx * sigx) * dden + dxpy)
        y -= rate * ((sigy - sigy * sigy) * invden + dxpy)
    return x, y, value


@njit(error_model="numpy", fastmath=FAST)
def elementwise(x):
    dx = np.empty_like(x)
    total = 0.0
    for i in range(len(x)):
        xi = x[i]
        square = xi * xi
        t, e = simd.tanh(xi), simd.exp(-square)
        total += t * e + simd.log1p(square)
        dx[i] = e * (1.0 - t * t - 2.0 * xi * t) + 2.0 * xi / (1.0 + square)
    return total, (dx,)


@njit(error_model="numpy", fastmath=FAST)
def two_layers(w1, b1, w2, b2, X, y):
    """Products of four rows at a time: what they are added to is read and written a quarter as often."""
    inputs, size = w1.shape
    batch = len(X)
    dw1, db1, dw2, db2 = np.zeros((inputs, size)), np.zeros(size), np.zeros((size, 1)), np.zeros(1)
    out, dout = w2.ravel(), dw2.ravel()
    hidden, dhidden = np.empty((batch, size)), np.empty((batch, size))
    total, scale = 0.0, 2.0 / batch
    for n in range(batch):
        x, h, dh = X[n], hidden[n], dhidden[n]
        for j in range(size):
            h[j] = b1[j]
        for i in range(0, inputs - 3, 4):
            x0, x1, x2, x3 = x[i], x[i + 1], x[i + 2], x[i + 3]
            r0, r1, r2, r3 = w1[i], w1[i + 1], w1[i + 2], w1[i + 3]
            for j in range(size):
                h[j] += x0 * r0[j] + x1 * r1[j] + x2 * r2[j] + x3 * r3[j]
        for i in range(inputs // 4 * 4, inputs):
            xi, row = x[i], w1[i]
            for j in range(size):
                h[j] += xi * row[j]
        predicted = b2[0]
        for j in range(size):
            h[j] = max(h[j], 0.0)
            predicted += h[j] * out[j]
        residual = predicted - y[n, 0]
        total += residual * residual
        d = scale * residual
        db2[0] += d
        for j in range(size):
            dout[j] += d * h[j]
            dh[j] = d * out[j] if h[j] > 0.0 else 0.0
            db1[j] += dh[j]
    for n in range(0, batch - 3, 4):
        d0, d1, d2, d3 = dhidden[n], dhidden[n + 1], dhidden[n + 2], dhidden[n + 3]
        for i in range(inputs):
            x0, x1, x2, x3, drow = X[n, i], X[n + 1, i], X[n + 2, i], X[n + 3, i], dw1[i]
            for j in range(size):
                drow[j] += x0 * d0[j] + x1 * d1[j] + x2 * d2[j] + x3 * d3[j]
    for n in range(batch // 4 * 4, batch):
        x, dh = X[n], dhidden[n]
        for i in range(inputs):
            xi, drow = x[i], dw1[i]
            for j in range(size):
                drow[j] += xi * dh[j]
    return total / batch, (dw1, db1, dw2, db2)


def network(*arguments):
    return buffers(len(arguments[-1]), *(p.shape for p in arguments[:WEIGHTS]))(*arguments)


@functools.cache
def buffers(batch, *shapes):
    """Return the network with its buffers, made once; the gradients are new arrays each call."""
    return Network([np.empty(shape, np.float32) for shape in shapes], batch, fresh=True)
