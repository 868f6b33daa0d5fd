"""Training loops as an expert writes them: buffers made once, products by BLAS, one pass over all else."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from tests.benchmarks.hand import add_bias_and_relu, mask_and_sum, softmax_cross_entropy
from tests.benchmarks.loops_hand import FAST
from tests.benchmarks.workloads import hand

BETA1, BETA2, EPSILON, RATE = 0.9, 0.999, 1e-8, 1e-3

descend = hand.descend


def train_two_layers(params, X, y, rate, steps):
    params = tuple(p.copy() for p in params)
    return params, descend_two_layers(*params, X, y, rate, steps)


@njit(error_model="numpy", fastmath=FAST)
def descend_two_layers(w1, b1, w2, b2, X, y, rate, steps):
    """Change the parameters; return the last loss. Between the two products is one pass over the batch."""
    inputs, size = w1.shape
    batch = len(X)
    out, scale, total = w2.ravel(), 2.0 / batch, 0.0
    hidden, dhidden = np.empty((batch, size)), np.empty((batch, size))
    dw1, db1, dout = np.empty((inputs, size)), np.empty(size), np.empty(size)
    for _ in range(steps):
        np.dot(X, w1, hidden)
        db1[:] = 0.0
        dout[:] = 0.0
        total, db2 = 0.0, 0.0
        for n in range(batch):
            h, dh = hidden[n], dhidden[n]
            predicted = b2[0]
            for j in range(size):
                h[j] = max(h[j] + b1[j], 0.0)
                predicted += h[j] * out[j]
            residual = predicted - y[n, 0]
            total += residual * residual
            d = scale * residual
            db2 += d
            for j in range(size):
                dout[j] += d * h[j]
                dh[j] = d * out[j] if h[j] > 0.0 else 0.0
                db1[j] += dh[j]
        np.dot(X.T, dhidden, dw1)
        for i in range(inputs):
            row, drow = w1[i], dw1[i]
            for j in range(size):
                row[j] -= rate * drow[j]
        for j in range(size):
            b1[j] -= rate * db1[j]
            out[j] -= rate * dout[j]
        b2[0] -= rate * db2
    return total / batch


def train_network(params, images, labels, batches):
    params = tuple(p.copy() for p in params)
    return params, descend_network(*params, images, labels, batches)


@njit(error_model="numpy", fastmath=FAST)
def adam_step(param, grad, m, v, rate, small):
    """Change flat parameters and means; `rate` and `small` have the corrections of the step in them."""
    one = param.dtype.type(1)
    beta1, beta2 = param.dtype.type(BETA1), param.dtype.type(BETA2)
    rate, small = param.dtype.type(rate), param.dtype.type(small)
    for i in range(param.size):
        g = grad[i]
        m[i] = beta1 * m[i] + (one - beta1) * g
        v[i] = beta2 * v[i] + (one - beta2) * g * g
        param[i] -= rate * m[i] / (math.sqrt(v[i]) + small)


@njit(error_model="numpy")
def descend_network(w1, b1, w2, b2, w3, b3, images, labels, batches):
    """Change the parameters; return the last loss."""
    steps, n = batches.shape
    kind = w1.dtype
    x, chosen = np.empty((n, images.shape[1]), kind), np.empty(n, np.int64)
    hidden1, hidden2 = np.empty((n, b1.size), kind), np.empty((n, b2.size), kind)
    dhidden1, dhidden2, logits = np.empty_like(hidden1), np.empty_like(hidden2), np.empty((n, b3.size), kind)
    dw1, db1, dw2, db2 = np.empty_like(w1), np.empty_like(b1), np.empty_like(w2), np.empty_like(b2)
    dw3, db3 = np.empty_like(w3), np.empty_like(b3)
    m1, m2, m3 = np.zeros(w1.size, kind), np.zeros(w2.size, kind), np.zeros(w3.size, kind)
    v1, v2, v3 = np.zeros(w1.size, kind), np.zeros(w2.size, kind), np.zeros(w3.size, kind)
    mb1, mb2, mb3 = np.zeros_like(b1), np.zeros_like(b2), np.zeros_like(b3)
    vb1, vb2, vb3 = np.zeros_like(b1), np.zeros_like(b2), np.zeros_like(b3)
    loss, power1, power2 = 0.0, 1.0, 1.0
    for t in range(steps):
        for i in range(n):
            row, given = x[i], images[batches[t, i]]
            for j in range(row.size):
                row[j] = given[j]
            chosen[i] = labels[batches[t, i]]
        np.dot(x, w1, hidden1)
        add_bias_and_relu(hidden1, b1)
        np.dot(hidden1, w2, hidden2)
        add_bias_and_relu(hidden2, b2)
        np.dot(hidden2, w3, logits)
        loss = softmax_cross_entropy(logits, b3, chosen, db3)
        np.dot(hidden2.T, logits, dw3)
        np.dot(logits, w3.T, dhidden2)
        mask_and_sum(dhidden2, hidden2, db2)
        np.dot(hidden1.T, dhidden2, dw2)
        np.dot(dhidden2, w2.T, dhidden1)
        mask_and_sum(dhidden1, hidden1, db1)
        np.dot(x.T, dhidden1, dw1)
        power1, power2 = power1 * BETA1, power2 * BETA2
        scale = math.sqrt(1.0 - power2)
        rate, small = RATE * scale / (1.0 - power1), scale * EPSILON
        adam_step(w1.ravel(), dw1.ravel(), m1, v1, rate, small)
        adam_step(b1, db1, mb1, vb1, rate, small)
        adam_step(w2.ravel(), dw2.ravel(), m2, v2, rate, small)
        adam_step(b2, db2, mb2, vb2, rate, small)
        adam_step(w3.ravel(), dw3.ravel(), m3, v3, rate, small)
        adam_step(b3, db3, mb3, vb3, rate, small)
    return loss
