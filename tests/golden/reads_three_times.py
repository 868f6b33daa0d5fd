import math


def value_and_grad_reads_three_times(x):
    # forward pass
    y = math.sin(x)                                # (1)
    result = y + y * y + y * y * y                 # (2)
    # backprop return y + y * y + y * y * y          (2)
    dy = 1 + 2 * y + 3 * y**2
    # backprop y = math.sin(x)                       (1)
    dx = math.cos(x) * dy
    return result, dx
