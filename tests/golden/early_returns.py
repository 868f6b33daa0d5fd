import math


def value_and_grad_early_returns(x, mode):
    # forward pass
    result = math.log1p(x * x)                     # (1)
    # backprop return math.log1p(x * x)              (1)
    dx = 2 * x / (1 + x * x)
    return result, dx
