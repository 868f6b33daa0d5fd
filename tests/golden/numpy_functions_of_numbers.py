import math

import numpy as np


def value_and_grad_numpy_functions_of_numbers(x, y):
    # forward pass
    larger = np.maximum(x, y)                      # (1)
    x_above_y = x > y
    result = np.exp(-x) * larger + np.sqrt(np.square(x) + y) - (x if x_above_y else np.sin(y))
    # backprop return np.exp(-x) * np.maximum(x, y) + np.sqrt(np.square(x) + y) - np.where(x > ...  (1)
    dx = x / math.sqrt(np.square(x) + y) - larger * math.exp(-x)
    dlarger = math.exp(-x)
    dy = 0.5 / math.sqrt(np.square(x) + y)
    dx += -1.0 if x_above_y else 0.0
    dy += 0.0 if x_above_y else -math.cos(y)
    dx += dlarger if x > y else 0.5 * dlarger if x == y else 0.0
    dy += dlarger if y > x else 0.5 * dlarger if y == x else 0.0
    return result, (dx, dy)
