"""The LSTM by an expert: inputs and hidden states side by side, so that a step is one product each way."""

from __future__ import annotations

import numpy as np
from numba import njit

from bpcompiler.runtime import simd
from bpcompiler.runtime.blas import gemm
from tests.benchmarks.loops_hand import FAST


@njit(error_model="numpy", fastmath=FAST)
def lstm(wx, wh, b, inputs, targets):
    """The gates are kept where their products were, and their cotangents replace them on the way back."""
    steps, batch, size = targets.shape
    first = len(wx)
    weights = np.concatenate((wx, wh))
    entering = np.empty((steps + 1, batch, first + size))
    entering[:steps, :, :first] = inputs
    entering[0, :, first:] = 0.0
    gates, squashed = np.empty((steps, batch, 4 * size)), np.empty((steps, batch, size))
    cells = np.empty((steps + 1, batch, size))
    cells[0] = 0.0
    total = 0.0
    for t in range(steps):
        gemm(gates[t], entering[t], weights, False, False, 0.0)
        total += forward(gates[t], b, cells[t], cells[t + 1], squashed[t], entering[t + 1], targets[t])
    scale = 2.0 / targets.size
    dhidden, dcells, db = np.zeros((batch, size)), np.zeros((batch, size)), np.zeros(4 * size)
    transposed, dweights = wh.T.copy(), np.zeros(weights.shape)
    for t in range(steps - 1, -1, -1):
        backward(scale, gates[t], cells[t], squashed[t], entering[t + 1], targets[t], dhidden, dcells, db)
        gemm(dhidden, gates[t], transposed, False, False, 0.0)
        gemm(dweights, entering[t], gates[t], True, False, 1.0)
    return total / targets.size, (dweights[:first].copy(), dweights[first:].copy(), db)


@njit(error_model="numpy", fastmath=FAST)
def forward(gates, b, before, cells, squashed, entering, targets):
    """Do a step; return the sum of its squares."""
    batch, size = cells.shape
    total = 0.0
    for n in range(batch):
        row = gates[n]
        enter, forget, show, new = row[:size], row[size:], row[2 * size :], row[3 * size :]
        b_new = b[3 * size :]
        for j in range(3 * size):
            row[j] = 1.0 / (1.0 + simd.exp(-(row[j] + b[j])))
        for j in range(size):
            new[j] = 2.0 / (1.0 + simd.exp(-2.0 * (new[j] + b_new[j]))) - 1.0  # tanh, cheaper
        old, cell, squash, target = before[n], cells[n], squashed[n], targets[n]
        h = entering[n, entering.shape[1] - size :]
        for j in range(size):
            cell[j] = forget[j] * old[j] + enter[j] * new[j]
        for j in range(size):
            squash[j] = simd.tanh(cell[j])
            h[j] = show[j] * squash[j]
            total += (h[j] - target[j]) ** 2
    return total


@njit(error_model="numpy", fastmath=FAST)
def backward(scale, gates, before, squashed, entering, targets, dhidden, dcells, db):
    """Replace the gates by the cotangents of what they were squashed from, and the cells' cotangents."""
    batch, size = before.shape
    for n in range(batch):
        row = gates[n]
        enter, forget, show, new = row[:size], row[size:], row[2 * size :], row[3 * size :]
        old, squash, target, dh, dc = before[n], squashed[n], targets[n], dhidden[n], dcells[n]
        h = entering[n, entering.shape[1] - size :]
        for j in range(size):
            dh[j] += scale * (h[j] - target[j])
        for j in range(size):
            o, s = show[j], squash[j]
            dc[j] += dh[j] * o * (1.0 - s * s)
            show[j] = dh[j] * s * (o - o * o)
        for j in range(size):
            i, g = enter[j], new[j]
            enter[j] = dc[j] * g * (i - i * i)
            new[j] = dc[j] * i * (1.0 - g * g)
        for j in range(size):
            f, d = forget[j], dc[j]
            forget[j] = d * old[j] * (f - f * f)
            dc[j] = d * f
        for j in range(4 * size):
            db[j] += row[j]
