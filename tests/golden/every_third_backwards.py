import numpy as np


def value_and_grad_every_third_backwards(x, start):
    # forward pass
    total = 0.0                                    # (1)
    last = -1
    for i in range(start, -1, -3):
        total = 0.5 * total + x[i]                 # (2)
        last = i
    result = total * (last + 2)                    # (3)
    # backprop return total * (last + 2)             (3)
    dtotal = float(last + 2)
    # backprop for i in range(start, -1, -3)         (1)
    dx = np.zeros_like(x)
    for i in range(start - 3 * ((-start) // (-3)), start + 3, 3):
        # backprop total = 0.5 * total + x[i]        (2)
        dx[i] += dtotal
        dtotal *= 0.5
    return result, dx
