import numpy as np


def value_and_grad_bound_changes_inside(x, width):
    # forward pass
    dx = np.zeros_like(x)
    width_1 = width                                # (1)
    total = 0.0
    for i in range(len(x)):
        difference = i - width_1                   # (2)
        subtotal = i + width_1 + 1
        for j in range(difference if difference > 0 else 0, subtotal if subtotal < len(x) else len(x)):
            x_j = x[j]                             # (3)
            abs_1 = abs(i - j)
            total += x[i] * x_j / (1.0 + abs_1)
            # backprop total += x[i] * x[j] / (1.0 + abs(i - j))  (3)
            dx[j] += x[i] / (1.0 + abs_1)
            dx[i] += x_j / (1.0 + abs_1)
        width_1 = width_1 + 1 if x[i] > 0 else 1   # (4)
    return total, dx
