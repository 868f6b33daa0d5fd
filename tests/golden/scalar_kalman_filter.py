import math

import numpy as np


def value_and_grad_scalar_kalman_filter(q, r, observations):
    # forward pass
    variances = np.empty(observations.shape[0])  # kept for the reverse
    errors = np.empty(observations.shape[0])  # kept for the reverse
    mean = 0.0                                     # (1)
    variance = 1.0
    loss = 0.0
    for i in range(observations.shape[0]):
        y = observations[i]
        variance = variance + q                    # (2)
        variances[i] = variance
        total = variance + r                       # (3)
        gain = variance / total                    # (4)
        error = y - mean                           # (5)
        errors[i] = error
        loss += 0.5 * (math.log(total) + error * error / total)  # (6)
        mean += gain * error                       # (7)
        variance = (1.0 - gain) * variance
    # backprop for y in observations                 (1)
    dobservations = np.zeros_like(observations)
    dmean = 0.0
    dvariance = 0.0
    dq = 0.0
    dr = 0.0
    for i in range(observations.shape[0] - 1, -1, -1):
        variance_1 = variances[i]
        error = errors[i]
        total = variance_1 + r                     # (3)
        gain = variance_1 / total                  # (4)
        # backprop mean, variance = mean + gain * error, (1.0 - gain) * variance  (7)
        dgain = -variance_1 * dvariance
        dvariance *= 1.0 - gain
        dgain += error * dmean
        derror = gain * dmean
        # backprop loss += 0.5 * (math.log(total) + error * error / total)  (6)
        dtotal = 0.5 * (1 / total - error**2 / total**2)
        derror += error / total
        # backprop error = y - mean                  (5)
        dy = derror
        dmean -= derror
        # backprop gain = variance / total           (4)
        dvariance += dgain / total
        dtotal -= gain / total * dgain
        # backprop total = variance + r              (3)
        dvariance += dtotal
        dr += dtotal
        # backprop variance = variance + q           (2)
        dq += dvariance
        # backprop for y in observations             (1)
        dobservations[i] += dy
    return loss, (dq, dr, dobservations)
