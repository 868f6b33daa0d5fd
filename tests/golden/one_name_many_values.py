import math


def value_and_grad_one_name_many_values(x, y):
    # forward pass
    x_1 = math.tanh(x)                             # (1)
    x_2 = x_1 * y                                  # (2)
    result = x_2 * x_2                             # (3)
    # backprop return x * x                          (3)
    dx_2 = 2 * x_2
    # backprop x = x * y                             (2)
    dx_1 = y * dx_2
    dy = x_1 * dx_2
    # backprop x = tanh(x)                           (1)
    dx = (1 - x_1**2) * dx_1
    return result, (dx, dy)
