import math

import numpy as np


def value_and_grad_simpson(a, b, rate, intervals):
    # forward pass
    h = (b - a) / (2 * intervals)                  # (1)
    total = math.exp(-rate * a * a) + math.exp(-rate * b * b)  # (2)
    weights = np.empty(max(2 * intervals - 1, 0))  # kept for the reverse
    exps = np.empty(max(2 * intervals - 1, 0))  # kept for the reverse
    powers = np.empty(max(2 * intervals - 1, 0))  # kept for the reverse
    for i in range(1, 2 * intervals):              # (3)
        weight = 4.0 if i % 2 == 1 else 2.0        # (4)
        weights[i - 1] = weight
        power = (a + i * h) ** 2                   # (5)
        powers[i - 1] = power
        exp = math.exp(-rate * power)
        exps[i - 1] = exp
        total += weight * exp
    result = total * h / 3.0                       # (6)
    # backprop return total * h / 3.0                (6)
    dtotal = h / 3
    dh = total / 3
    # backprop for i in range(1, 2 * intervals)      (3)
    drate = 0.0
    da = 0.0
    for i in range(1, 2 * intervals):
        weight = weights[i - 1]
        exp = exps[i - 1]
        power = powers[i - 1]
        # backprop total += weight * math.exp(-rate * (a + i * h) ** 2)  (5)
        dproduct = exp * (weight * dtotal)
        dtotal_1 = 2 * (a + i * h) * (-rate * dproduct)
        da += dtotal_1
        dh += i * dtotal_1
        drate -= power * dproduct
    # backprop total = math.exp(-rate * a * a) + math.exp(-rate * b * b)  (2)
    drate += (-a**2 * math.exp(-rate * a * a) - b**2 * math.exp(-rate * b * b)) * dtotal
    da -= 2 * rate * a * math.exp(-rate * a * a) * dtotal
    db = -2 * rate * b * math.exp(-rate * b * b) * dtotal
    # backprop h = (b - a) / (2 * intervals)         (1)
    db += dh / (2 * intervals)
    da -= dh / (2 * intervals)
    return result, (da, db, drate)
