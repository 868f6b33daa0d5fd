import math

import numpy as np


def value_and_grad_scaled_by_its_own_size(x, w):
    # forward pass
    tanhs = np.empty(x.shape[0])  # kept for the reverse
    total = 0.0                                    # (1)
    for i in range(x.shape[0]):
        value = x[i]
        tanh = math.tanh(w * value)                # (2)
        tanhs[i] = tanh
        total += tanh
    result = total * total                         # (3)
    # backprop return total * total                  (3)
    dtotal = 2 * total
    # backprop for value in x                        (1)
    dx = np.zeros_like(x)
    dw = 0.0
    for i in range(x.shape[0]):
        tanh = tanhs[i]
        value = x[i]                               # (1)
        # backprop total += math.tanh(w * value)     (2)
        dnumber = (1 - tanh**2) * dtotal
        dw += value * dnumber
        dvalue = w * dnumber
        # backprop for value in x                    (1)
        dx[i] += dvalue
    return result, (dx, dw)
