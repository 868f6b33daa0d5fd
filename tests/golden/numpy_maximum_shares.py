import numpy as np


def value_and_grad_numpy_maximum_shares(x, y):
    # forward pass
    result = np.maximum(x, y) + 2.0 * np.minimum(x, y) + np.maximum(x, x)  # (1)
    # backprop return np.maximum(x, y) + 2.0 * np.minimum(x, y) + np.maximum(x, x)  (1)
    dx = (1.0 if x > x else 0.5 if x == x else 0.0) + (1.0 if x > x else 0.5 if x == x else 0.0)
    dx += 2.0 if x < y else 1.0 if x == y else 0.0
    dy = 2.0 if y < x else 1.0 if y == x else 0.0
    dx += 1.0 if x > y else 0.5 if x == y else 0.0
    dy += 1.0 if y > x else 0.5 if y == x else 0.0
    return result, (dx, dy)
