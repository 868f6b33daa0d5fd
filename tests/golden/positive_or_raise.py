import math

import numpy as np


def value_and_grad_positive_or_raise(x):
    # forward pass
    dx = np.zeros_like(x)
    total = 0.0                                    # (1)
    for i in range(len(x)):
        if x[i] <= -1.0:                           # (2)
            raise ValueError(f"x[{i}] is {x[i]}: log1p is not defined there")  # (3)
        number = float(x[i])                       # (4)
        total += math.log1p(number)
        assert total < 100.0, total                # (5)
        # backprop total += math.log1p(x[i])         (4)
        dx[i] += 1 / (1 + number)
    return total, dx
