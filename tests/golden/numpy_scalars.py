import numpy as np


def value_and_grad_numpy_scalars(a, x):
    # forward pass
    total = np.sum(x)                              # (1)
    result = a * total + 2.0 * a**2
    # backprop return a * np.sum(x) + np.float64(2.0) * a**2  (1)
    da = 4 * a + total
    dx = np.full(x.shape[0], a)
    return result, (da, dx)
