import math


def value_and_grad_harmonic_numbers_of_a_thousand(s):
    # forward pass
    total = 0.0                                    # (1)
    ds = 0.0
    for k in range(1, 1001):
        power = k**s                               # (2)
        total += 1.0 / power
        # backprop total += 1.0 / k**s               (2)
        ds += 0.0 if k == 0 else -(power * math.log(k)) * (1.0 / power) ** 2
    return total, ds
