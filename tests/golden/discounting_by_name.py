import math


def value_and_grad_discounting_by_name(x, curve, *, short=0.02, long=0.035, a=0.01, b=0.015):
    # forward pass
    spread = 0.0 + a                               # (1)
    result = x * math.exp(-(b + spread) * x)       # (2)
    # backprop return x * math.exp(-(rate + spread) * x)  (2)
    dx = math.exp(-(b + spread) * x) - x * math.exp(-(b + spread) * x) * (b + spread)
    return result, dx
