import math

import numpy as np


def value_and_grad_harmonic_numbers_of_a_thousand(s):
    # forward pass
    powers = np.empty(1000)  # kept for the reverse
    total = 0.0                                    # (1)
    for k in range(1, 1001):
        power = k**s                               # (2)
        powers[k - 1] = power
        total += 1.0 / power
    # backprop total += 1.0 / k**s                   (1)
    ds = 0.0
    for k in range(1, 1001):
        power = powers[k - 1]
        ratio = 1.0 / power                        # (2)
        # backprop total += 1.0 / k**s               (2)
        ds += 0.0 if k == 0 else -(power * math.log(k)) * ratio**2
    return total, ds
