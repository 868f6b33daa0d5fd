import math

import numpy as np


def value_and_grad_softplus(x):
    # forward pass
    exp = math.exp(-abs(x))                        # (1)
    x_below_0 = x < 0.0
    result = math.log1p(exp) + (0.0 if x_below_0 else x)
    # backprop return math.log1p(math.exp(-abs(x))) + max(x, 0.0)  (1)
    dx = 0.0 if x_below_0 else 1.0
    dx -= np.sign(x) * (exp / (1 + exp))
    return result, dx
