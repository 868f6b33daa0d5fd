import numpy as np


def value_and_grad_running_sum(x):
    # forward pass
    total = 0.0                                    # (1)
    for i in range(len(x)):
        total += x[i] * x[i]                       # (2)
    # backprop for i in range(len(x))                (1)
    dx = np.zeros_like(x)
    for i in range(len(x)):
        # backprop total += x[i] * x[i]              (2)
        dx[i] += 2 * x[i]
    return total, dx
