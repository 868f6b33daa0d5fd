import math


def value_and_grad_string_dispatch(x):
    # forward pass
    x_1 = math.sin(x)                              # (1)
    x_2 = x_1 * x_1                                # (2)
    x_3 = 0.5 * x_2                                # (3)
    # backprop 0.5 * v                               (3)
    dx_2 = 0.5
    # backprop v * v                                 (2)
    dx_1 = 2 * x_1 * dx_2
    # backprop x = table[name.strip()](x)            (1)
    dx = math.cos(x) * dx_1
    return x_3, dx
