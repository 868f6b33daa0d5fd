import math


def value_and_grad_while_over_a_counter(x):
    # forward pass
    x_1 = x + math.sin(x) / 3                      # (1)
    x_2 = x_1 + math.sin(x_1) / 2                  # (2)
    x_3 = x_2 + math.sin(x_2) / 1                  # (3)
    x_4 = x_3 * 2.0                                # (4)
    # backprop x *= 2.0                              (4)
    dx_3 = 2.0
    # backprop x = x + math.sin(x) / n               (3)
    dx_2 = (1 + math.cos(x_2)) * dx_3
    # backprop x = x + math.sin(x) / n               (2)
    dx_1 = (1 + 0.5 * math.cos(x_1)) * dx_2
    # backprop x = x + math.sin(x) / n               (1)
    dx = (1 + math.cos(x) / 3) * dx_1
    return x_4, dx
