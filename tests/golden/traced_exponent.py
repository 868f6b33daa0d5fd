import math


def value_and_grad_traced_exponent(x, y):
    # forward pass
    power = x**y                                   # (1)
    result = power + 2.0 ** x
    # backprop return x**y + 2.0**x                  (1)
    dx = 2.0 ** x * math.log(2)
    dx += 0.0 if y == 0 else y * x ** (y - 1)
    dy = 0.0 if x == 0 else power * math.log(x)
    return result, (dx, dy)
