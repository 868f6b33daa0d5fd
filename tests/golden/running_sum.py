import numpy as np


def value_and_grad_running_sum(x):
    # forward pass
    dx = np.zeros_like(x)
    total = 0.0                                    # (1)
    for i in range(len(x)):
        total += x[i] * x[i]                       # (2)
        # backprop total += x[i] * x[i]              (2)
        dx[i] += 2 * x[i]
    return total, dx
