import numpy as np


def value_and_grad_running_maximum(x):
    # forward pass
    taken = np.empty(max(len(x) - 1, 0), dtype=np.bool_)  # kept for the reverse
    x_1 = x.copy()                                 # (1)
    for i in range(1, len(x)):
        condition = x_1[i - 1] > x_1[i]            # (2)
        taken[i - 1] = condition
        if condition:
            x_1[i] = x_1[i - 1]                    # (3)
    steps = np.arange(len(x))                      # (4)
    result = np.sum(x_1 * (1.0 + steps))
    # backprop return np.sum(x * (1.0 + np.arange(len(x))))  (4)
    dx_1 = 1.0 + steps
    # backprop for i in range(1, len(x))             (1)
    for i in range(len(x) - 1, 0, -1):
        condition = taken[i - 1]
        # backprop if x[i - 1] > x[i]                (2)
        if condition:
            # backprop x[i] = x[i - 1]               (3)
            delement = dx_1[i]
            dx_1[i] = 0.0
            dx_1[i - 1] += delement
    return result, dx_1
