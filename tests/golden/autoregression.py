import numpy as np


def value_and_grad_autoregression(phi, series):
    phi0 = phi[0]
    phi1 = phi[1]
    phi2 = phi[2]
    # forward pass
    errors = np.empty(max(len(series) - 2, 0))     # (1)
    for t in range(2, len(series)):                # (2)
        prediction = phi0 + phi1 * series[t - 1] + phi2 * series[t - 2]  # (3)
        errors[t - 2] = (series[t] - prediction) ** 2  # (4)
    # backprop return sum(errors) / len(errors)      (5)
    dtotal = 1 / (max(len(series) - 2, 0))
    derrors = np.zeros_like(errors)
    total = 0.0                                    # (5)
    for i in range(max(len(series) - 2, 0)):
        total += errors[i]
        # backprop return sum(errors) / len(errors)  (5)
        derrors[i] += dtotal
    result = total / (max(len(series) - 2, 0))     # (5)
    # backprop for t in range(2, len(series))        (2)
    dphi1 = 0.0
    dphi0 = 0.0
    dphi2 = 0.0
    for t in range(len(series) - 1, 1, -1):
        prediction = phi0 + phi1 * series[t - 1] + phi2 * series[t - 2]  # (3)
        # backprop errors.append((series[t] - prediction) ** 2)  (4)
        dpower = derrors[t - 2]
        derrors[t - 2] = 0.0
        dprediction = -2 * (series[t] - prediction) * dpower
        # backprop prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]  (3)
        dphi0 += dprediction
        dphi1 += series[t - 1] * dprediction
        dphi2 += series[t - 2] * dprediction
    return result, (dphi0, dphi1, dphi2)
