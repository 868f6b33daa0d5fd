import math


def value_and_grad_walrus(x):
    # forward pass
    y = math.exp(-x)                               # (1)
    result = y * y + 0.5 * y
    # backprop return (y := math.exp(-x)) * y + (0.5 if (n := 3) > 2 else n) * y  (1)
    dy = 2 * y + 0.5
    dx = -y * dy
    return result, dx
