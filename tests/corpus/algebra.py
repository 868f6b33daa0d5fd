"""Linear algebra as models use it: systems, determinants, factors."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from tests.corpus.program import Program

_random = np.random.default_rng(19)


def normal(*shape, scale=1.0):
    return scale * _random.standard_normal(shape)


def gaussian_process(log_length, log_noise, X, y):
    differences = X[:, None, :] - X[None, :, :]
    K = np.exp(-0.5 * np.sum(differences**2, axis=2) * np.exp(-2.0 * log_length))
    L = np.linalg.cholesky(K + np.exp(2.0 * log_noise) * np.eye(len(y)))
    z = solve_triangular(L, y, lower=True)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


def process_with_a_mean(K, y, mean):
    factor = cho_factor(K)
    residual = y - mean
    weights = cho_solve(factor, residual)
    return 0.5 * residual @ weights + np.log(np.diag(factor[0])).sum()


def ridge_regression(log_penalty, X, y, X_test, y_test):
    gram = X.T @ X + np.exp(log_penalty) * np.eye(X.shape[1])
    weights = np.linalg.solve(gram, X.T @ y)
    return np.mean((X_test @ weights - y_test) ** 2)


def normal_likelihood(mean, scale, X):
    covariance = scale @ scale.T + 0.5 * np.eye(len(mean))
    centred = X - mean
    sign, logdet = np.linalg.slogdet(covariance)
    squares = np.sum(centred * np.linalg.solve(covariance, centred.T).T)
    return 0.5 * squares + 0.5 * len(X) * (sign * logdet + len(mean) * math.log(2.0 * math.pi))


def log_determinant_of_inverses(stack):
    return np.sum(np.log(np.linalg.det(stack) ** 2)) + np.sum(np.linalg.inv(stack) ** 3)


def tracking(transition, noise, observations):
    mean, covariance = np.zeros(3), np.eye(3)
    loss = 0.0
    for y in observations:
        mean = transition @ mean
        covariance = transition @ covariance @ transition.T + np.exp(noise) * np.eye(3)
        S = covariance[:2, :2] + 0.1 * np.eye(2)
        innovation = y - mean[:2]
        loss += 0.5 * innovation @ np.linalg.solve(S, innovation) + 0.5 * np.log(np.linalg.det(S))
        gain = np.linalg.solve(S, covariance[:2]).T
        mean = mean + gain @ innovation
        covariance = covariance - gain @ covariance[:2]
    return loss


def newton_with_a_factor(x, A):
    for _ in range(2):
        hessian = A @ A.T + np.diag(np.cosh(x))
        x = x - cho_solve(cho_factor(hessian, lower=True), A @ A.T @ x + np.sinh(x) - 1.0)
    return np.sum(x**2)


def whitened(x, scales, rotation):
    upper = np.triu(rotation, 1) + np.diag(np.exp(scales))
    return np.sum(np.tanh(solve_triangular(upper, x, trans="T")) ** 2) + np.trace(upper)


COVARIANCE = np.eye(4) + 0.2 * np.ones((4, 4))
PROGRAMS = [
    Program(gaussian_process, (0.3, -1.0, normal(6, 2), normal(6)), (0, 1, 2)),
    Program(process_with_a_mean, (COVARIANCE + np.diag([0.1, 0.2, 0.3, 0.4]), normal(4), 0.3), (0, 1, 2)),
    Program(ridge_regression, (0.2, normal(7, 3), normal(7), normal(4, 3), normal(4)), (0, 1)),
    Program(normal_likelihood, (normal(3), normal(3, 3), normal(5, 3)), (0, 1)),
    Program(log_determinant_of_inverses, (3.0 * np.eye(3) + normal(2, 3, 3),)),
    Program(tracking, (0.5 * np.eye(3) + normal(3, 3, scale=0.2), 0.1, normal(4, 2)), (0, 1)),
    Program(newton_with_a_factor, (normal(3), normal(3, 3))),
    Program(whitened, (normal(4), normal(4, scale=0.3), normal(4, 4)), (0, 1, 2)),
]
