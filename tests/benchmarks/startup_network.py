"""The network by hand as one compiled function, BLAS by `np.dot`: a script's worth, for a fresh process."""

import numpy as np
from numba import njit

from tests.benchmarks.hand import add_bias_and_relu, mask_and_sum, softmax_cross_entropy


@njit(cache=True, error_model="numpy")
def value_and_grad(w1, b1, w2, b2, w3, b3, images, labels):
    n = images.shape[0]
    hidden1, hidden2 = np.empty((n, b1.size), np.float32), np.empty((n, b2.size), np.float32)
    logits = np.empty((n, b3.size), np.float32)
    np.dot(images, w1, hidden1)
    add_bias_and_relu(hidden1, b1)
    np.dot(hidden1, w2, hidden2)
    add_bias_and_relu(hidden2, b2)
    np.dot(hidden2, w3, logits)
    db1, db2, db3 = np.empty_like(b1), np.empty_like(b2), np.empty_like(b3)
    value = softmax_cross_entropy(logits, b3, labels, db3)
    dw1, dw2, dw3 = np.empty_like(w1), np.empty_like(w2), np.empty_like(w3)
    dhidden1, dhidden2 = np.empty_like(hidden1), np.empty_like(hidden2)
    np.dot(hidden2.T, logits, dw3)
    np.dot(logits, w3.T, dhidden2)
    mask_and_sum(dhidden2, hidden2, db2)
    np.dot(hidden1.T, dhidden2, dw2)
    np.dot(dhidden2, w2.T, dhidden1)
    mask_and_sum(dhidden1, hidden1, db1)
    np.dot(images.T, dhidden1, dw1)
    return value, (dw1, db1, dw2, db2, dw3, db3)
