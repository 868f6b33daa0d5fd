import math


def value_and_grad_scaled(x, *, factor=0.75):
    # forward pass
    result = factor * math.exp(-factor * x)        # (1)
    # backprop return factor * math.exp(-factor * x)  (1)
    dx = -factor * result
    return result, dx
