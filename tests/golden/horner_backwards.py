import numpy as np


def value_and_grad_horner_backwards(coefficients, x):
    # forward pass
    kept_y = np.empty(coefficients.shape[0])  # kept for the reverse
    y = 0.0                                        # (1)
    for k in range(len(coefficients) - 1, -1, -1):
        kept_y[coefficients.shape[0] - k - 1] = y
        y = y * x + coefficients[k]                # (2)
    # backprop for k in range(len(coefficients) - 1, -1, -1)  (1)
    dcoefficients = np.zeros(coefficients.shape[0])
    dy = 1.0
    dx = 0.0
    for k in range(coefficients.shape[0]):
        y_1 = kept_y[coefficients.shape[0] - k - 1]
        # backprop y = y * x + coefficients[k]       (2)
        dx += y_1 * dy
        dcoefficients[k] += dy
        dy = x * dy
    return y, (dcoefficients, dx)
