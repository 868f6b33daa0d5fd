import numpy as np


def value_and_grad_absolute_at_zero(x):
    # forward pass
    result = abs(x) + abs(x) + abs(x) + x          # (1)
    # backprop return abs(x) + math.fabs(x) + np.abs(x) + x  (1)
    dx = 1.0
    dx += np.sign(x)
    dx += np.sign(x)
    dx += np.sign(x)
    return result, dx
