import math


def value_and_grad_static_ternaries(x, mode, negate):
    # forward pass
    y = math.sin(x)                                # (1)
    y_1 = -y                                       # (2)
    result = y_1 * x                               # (3)
    # backprop return y * x                          (3)
    dy_1 = x
    dx = y_1
    # backprop y = -y                                (2)
    dy = -dy_1
    # backprop y = math.sin(x) if mode == "sin" else math.cos(x) if mode == "cos" else x  (1)
    dx += math.cos(x) * dy
    return result, dx
