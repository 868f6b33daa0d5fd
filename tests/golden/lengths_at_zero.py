import math

import numpy as np


def value_and_grad_lengths_at_zero(x, y):
    # forward pass
    hypot = math.hypot(x, y)                       # (1)
    hypot_1 = np.hypot(x, y)
    result = hypot + hypot_1 + 2.0 * x
    # backprop return math.hypot(x, y) + np.hypot(x, y) + 2.0 * x  (1)
    dx = 2.0
    dx += 0.0 if hypot_1 == 0 else x / hypot_1
    dy = 0.0 if hypot_1 == 0 else y / hypot_1
    dx += 0.0 if hypot == 0 else x / hypot
    dy += 0.0 if hypot == 0 else y / hypot
    return result, (dx, dy)
