import numpy as np


def value_and_grad_continued_fraction(x, depth):
    # forward pass
    value = 2.0 * depth + 1.0                      # (1)
    values = np.empty(max(depth, 0))  # kept for the reverse
    for k in range(depth, 0, -1):                  # (2)
        values[depth - k] = value
        value = 2 * k - 1 - x * x / value          # (3)
    result = x / value                             # (4)
    # backprop return x / value                      (4)
    dx = 1 / value
    dvalue = -result / value
    # backprop for k in range(depth, 0, -1)          (2)
    for k in range(1, depth + 1):
        value_1 = values[depth - k]
        # backprop value = (2 * k - 1) - x * x / value  (3)
        dx -= 2 * x / value_1 * dvalue
        dvalue *= x**2 / value_1**2
    return result, dx
