import math

import numpy as np


def value_and_grad_logistic_map(x, rate, turns):
    # forward pass
    segment = np.int64(math.sqrt(max(turns, 0))) + 1  # (1)
    kept_x = []  # kept for the reverse
    kept_x_1 = np.empty(segment)  # kept for the reverse
    total = 0.0
    for first in range(0, turns, segment):
        kept_x.append(x)
        for turn in range(min(segment, turns - first)):
            x = rate * x * (1.0 - x)               # (2)
            total += math.log(abs(rate * (1.0 - 2.0 * x)))  # (3)
    result = total / (turns + 1)                   # (4)
    # backprop return total / (turns + 1)            (4)
    dtotal = 1 / (turns + 1)
    # backprop for _ in range(turns)                 (1)
    dx = 0.0
    drate = 0.0
    for first in range((turns - (1 if segment > 0 else -1)) // segment * segment, -segment, -segment):
        x_1 = kept_x.pop()
        smaller = min(segment, turns - first)      # (1)
        for turn in range(smaller):
            kept_x_1[turn] = x_1
            x_1 = rate * x_1 * (1.0 - x_1)         # (2)
        # backprop for _ in range(turns)             (1)
        for turn in range(smaller - 1, -1, -1):
            x_2 = kept_x_1[turn]
            product = rate * x_2                   # (2)
            difference = 1.0 - x_2
            x_3 = product * difference
            difference_1 = 1.0 - 2.0 * x_3         # (3)
            product_1 = rate * difference_1
            abs_product_1 = abs(product_1)
            # backprop total += math.log(abs(rate * (1.0 - 2.0 * x)))  (3)
            dproduct_2 = np.sign(product_1) * (dtotal / abs_product_1)
            drate += difference_1 * dproduct_2
            dx -= 2 * rate * dproduct_2
            # backprop x = rate * x * (1.0 - x)      (2)
            drate += x_2 * difference * dx
            dx *= rate * difference - product
    return result, (dx, drate)
