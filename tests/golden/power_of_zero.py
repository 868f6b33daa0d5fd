import math


def value_and_grad_power_of_zero(x):
    # forward pass
    result = x**2 + x**1 + x**0 + x ** 1.5         # (1)
    # backprop return x**2 + x**1 + x**0 + x**1.5    (1)
    dx = 2 * x + 1 + 1.5 * math.sqrt(x)
    return result, dx
