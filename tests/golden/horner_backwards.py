import numpy as np


def value_and_grad_horner_backwards(coefficients, x):
    # forward pass
    kept_y = np.empty(len(coefficients))  # kept for the reverse
    y = 0.0                                        # (1)
    for k in range(len(coefficients) - 1, -1, -1):
        kept_y[len(coefficients) - 1 - k] = y
        y = y * x + coefficients[k]                # (2)
    # backprop for k in range(len(coefficients) - 1, -1, -1)  (1)
    dcoefficients = np.zeros_like(coefficients)
    dy = 1.0
    dx = 0.0
    for k in range(len(coefficients)):
        y_1 = kept_y[len(coefficients) - 1 - k]
        # backprop y = y * x + coefficients[k]       (2)
        dx += y_1 * dy
        dcoefficients[k] += dy
        dy *= x
    return y, (dcoefficients, dx)
