import math

import numpy as np


def value_and_grad_autoregressive_likelihood(phi, log_sigma, series):
    # forward pass
    variance = math.exp(2.0 * log_sigma)           # (1)
    dseries = np.zeros_like(series)
    dphi = np.zeros_like(phi)
    loss = 0.0                                     # (2)
    dvariance = 0.0
    dlog_sigma = 0.0
    for t in range(2, len(series)):
        error = series[t] - phi[0] * series[t - 1] - phi[1] * series[t - 2]  # (3)
        loss += 0.5 * error**2 / variance + log_sigma  # (4)
        # backprop loss += 0.5 * error**2 / variance + log_sigma  (4)
        derror = error / variance
        dvariance -= 0.5 * error**2 / variance**2
        dlog_sigma += 1.0
        # backprop error = series[t] - phi[0] * series[t - 1] - phi[1] * series[t - 2]  (3)
        dseries[t - 2] -= phi[1] * derror
        dphi[1] -= series[t - 2] * derror
        dseries[t - 1] -= phi[0] * derror
        dphi[0] -= series[t - 1] * derror
        dseries[t] += derror
    # backprop variance = math.exp(2.0 * log_sigma)  (1)
    dlog_sigma += 2 * variance * dvariance
    return loss, (dphi, dlog_sigma, dseries)
