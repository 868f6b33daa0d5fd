import math

import numpy as np


def value_and_grad_garch_likelihood(omega, alpha, beta, returns):
    # forward pass
    variance = omega / (1.0 - alpha - beta)        # (1)
    variance_1 = np.float64(variance)              # (2)
    variances = np.empty(returns.shape[0])  # kept for the reverse
    loss = 0.0
    for i in range(returns.shape[0]):
        variances[i] = variance_1
        r = returns[i]
        loss += 0.5 * (math.log(variance_1) + r * r / variance_1)  # (3)
        variance_1 = omega + alpha * r * r + beta * variance_1  # (4)
    # backprop for r in returns                      (2)
    dreturns = np.zeros_like(returns)
    dvariance_1 = 0.0
    dalpha = 0.0
    domega = 0.0
    dbeta = 0.0
    for i in range(returns.shape[0] - 1, -1, -1):
        variance_2 = variances[i]
        r = returns[i]                             # (2)
        # backprop variance = omega + alpha * r * r + beta * variance  (4)
        domega += dvariance_1
        dalpha += r**2 * dvariance_1
        dr = 2 * alpha * r * dvariance_1
        dbeta += variance_2 * dvariance_1
        dvariance_1 *= beta
        # backprop loss += 0.5 * (math.log(variance) + r * r / variance)  (3)
        dr += r / variance_2
        dvariance_1 -= 0.5 * r**2 / variance_2**2
        dvariance_1 += 0.5 / variance_2
        # backprop for r in returns                  (2)
        dreturns[i] += dr
    dvariance = dvariance_1
    # backprop variance = omega / (1.0 - alpha - beta)  (1)
    domega += dvariance / (1.0 - alpha - beta)
    dalpha += variance / (1.0 - alpha - beta) * dvariance
    dbeta += variance / (1.0 - alpha - beta) * dvariance
    return loss, (domega, dalpha, dbeta, dreturns)
