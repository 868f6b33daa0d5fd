import numpy as np


def value_and_grad_starts_as_an_integer(x):
    # forward pass
    dx = np.zeros_like(x)
    total = 0.0                                    # (1)
    for i in range(1, x.shape[0]):
        total = total + x[i] * x[i - 1]            # (2)
        # backprop total = total + x[i] * x[i - 1]   (2)
        dx[i - 1] += x[i]
        dx[i] += x[i - 1]
    return total, dx
