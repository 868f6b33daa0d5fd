"""The gradients an expert writes by hand: fused loops, nothing allocated twice, BLAS where it belongs."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True)
def f_value_and_grad(x, y):
    """Return the scalar function's value and its gradient."""
    sigy = 1.0 / (1.0 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1.0 + math.exp(-x))
    xpy = x + y
    invden = 1.0 / (sigx + xpy * xpy)
    f = num * invden
    dden = -f * invden
    dxpy = 2.0 * xpy * dden
    dx = dxpy + (1.0 - sigx) * sigx * dden + invden
    dy = dxpy + (1.0 - sigy) * sigy * invden
    return f, (dx, dy)


@njit(cache=True, error_model="numpy")
def add_bias_and_relu(a, b):
    """Replace `a` by relu(a + b): (n,k) and (k,)."""
    for i in range(a.shape[0]):
        row = a[i]
        for j in range(row.shape[0]):
            row[j] = max(row[j] + b[j], np.float32(0.0))


@njit(cache=True, error_model="numpy")
def mask_and_sum(da, a, db):
    """Stop the cotangents of units that were off, and sum the others over the batch into `db`."""
    db[:] = 0.0
    for i in range(da.shape[0]):
        drow, row = da[i], a[i]
        for j in range(drow.shape[0]):
            d = drow[j] if row[j] > 0.0 else np.float32(0.0)
            drow[j] = d
            db[j] += d


@njit(cache=True, error_model="numpy")
def softmax_cross_entropy(logits, b, labels, db):
    """Return the mean loss; replace the logits by their cotangents and `db` by the bias's."""
    n, classes = logits.shape
    scale = np.float32(1.0 / n)
    total = 0.0
    db[:] = 0.0
    for i in range(n):
        row = logits[i]
        largest = np.float32(-np.inf)
        for j in range(classes):
            row[j] += b[j]
            largest = max(largest, row[j])
        chosen = row[labels[i]] - largest
        sum_exp = np.float32(0.0)
        for j in range(classes):
            row[j] = math.exp(row[j] - largest)
            sum_exp += row[j]
        total += math.log(sum_exp) - chosen
        for j in range(classes):
            row[j] *= scale / sum_exp
        row[labels[i]] -= scale
        for j in range(classes):
            db[j] += row[j]
    return np.float32(total * scale)


class Network:
    """Value and gradient of the network's loss, in buffers made once for a batch size.

    With `fresh`, the gradients are new arrays each call, as a library must return them; without, the
    caller gets the same arrays again.
    """

    def __init__(self, parameters, batch, *, fresh):
        self.fresh = fresh
        self.hidden1, self.hidden2, self.logits = (
            np.empty((batch, bias.shape[0]), np.float32) for bias in parameters[1::2]
        )
        self.dhidden1, self.dhidden2 = np.empty_like(self.hidden1), np.empty_like(self.hidden2)
        self.gradients = tuple(np.empty_like(p) for p in parameters)

    def __call__(self, w1, b1, w2, b2, w3, b3, images, labels):
        gradients = (w1, b1, w2, b2, w3, b3)
        if self.fresh:
            dw1, db1, dw2, db2, dw3, db3 = gradients = tuple(np.empty_like(p) for p in gradients)
        else:
            dw1, db1, dw2, db2, dw3, db3 = gradients = self.gradients
        np.dot(images, w1, out=self.hidden1)
        add_bias_and_relu(self.hidden1, b1)
        np.dot(self.hidden1, w2, out=self.hidden2)
        add_bias_and_relu(self.hidden2, b2)
        np.dot(self.hidden2, w3, out=self.logits)
        value = softmax_cross_entropy(self.logits, b3, labels, db3)
        np.dot(self.hidden2.T, self.logits, out=dw3)
        np.dot(self.logits, w3.T, out=self.dhidden2)
        mask_and_sum(self.dhidden2, self.hidden2, db2)
        np.dot(self.hidden1.T, self.dhidden2, out=dw2)
        np.dot(self.dhidden2, w2.T, out=self.dhidden1)
        mask_and_sum(self.dhidden1, self.hidden1, db1)
        np.dot(images.T, self.dhidden1, out=dw1)
        return value, gradients
