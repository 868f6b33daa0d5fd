"""The Gaussian process by an expert: the kernel's lower half alone, its factor, its inverse from it."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

from bpcompiler.runtime import simd
from tests.benchmarks.loops_hand import FAST


def gaussian_process(log_lengthscales, log_amplitude, log_noise, X, y):
    scaled = np.ascontiguousarray((X / np.exp(log_lengthscales)).T)
    kernel, K = covariance(scaled, 2.0 * log_amplitude, math.exp(2.0 * log_noise))
    # LAPACK's matrices stand by columns: the rows of our lower half are the columns of its upper one.
    factor, _ = dpotrf(K.T, lower=0, clean=0, overwrite_a=1)
    weights, _ = dpotrs(factor, y, lower=0)
    value = -0.5 * (y @ weights) - np.sum(np.log(np.diag(factor))) - 0.5 * len(y) * math.log(2.0 * math.pi)
    inverse, _ = dpotri(factor, lower=0, overwrite_c=1)
    dlengthscales, trace, total = gradients(scaled, kernel, inverse.T, weights)
    damplitude = 2.0 * (total + trace * math.exp(2.0 * log_amplitude))
    return value, (dlengthscales, damplitude, 2.0 * trace * math.exp(2.0 * log_noise))


@njit(error_model="numpy", fastmath=FAST)
def covariance(scaled, exponent, noise):
    """Return the kernel and the matrix that will be factored, below the diagonal and on it."""
    size, n = scaled.shape
    kernel, K = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        row, copied = kernel[i], K[i]
        for j in range(i):
            row[j] = 0.0
        for k in range(size):
            point, points = scaled[k, i], scaled[k]
            for j in range(i):
                row[j] += (point - points[j]) ** 2
        for j in range(i):
            row[j] = simd.exp(exponent - 0.5 * row[j])
            copied[j] = row[j]
        K[i, i] = math.exp(exponent) + noise
    return kernel, K


@njit(error_model="numpy", fastmath=FAST)
def gradients(scaled, kernel, inverse, weights):
    """Return the gradient in the logarithms of the lengthscales, the trace of the covariance's cotangent, and
    the sum of cotangent times kernel beside the diagonal. It is half of (weights weights' - inverse)."""
    size, n = scaled.shape
    dlengthscales = np.zeros(size)
    trace, total = 0.0, 0.0
    for i in range(n):
        row, dual, weight = kernel[i], inverse[i], weights[i]
        trace += 0.5 * (weight * weight - dual[i])
        for j in range(i):
            row[j] *= weight * weights[j] - dual[j]  # twice a half: both triangles
            total += row[j]
        for k in range(size):
            point, points = scaled[k, i], scaled[k]
            change = 0.0
            for j in range(i):
                change += row[j] * (point - points[j]) ** 2
            dlengthscales[k] += change
    return dlengthscales, trace, total
