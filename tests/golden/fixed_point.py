import math


def value_and_grad_fixed_point(x, rate, *, tolerance=1e-12):
    # forward pass
    old = x + 1.0                                  # (1)
    kept_x = []  # kept for the reverse
    turns = 0                                      # (2)
    while abs(x - old) > tolerance:
        kept_x.append(x)
        turns += 1
        x, old = math.cos(rate * x), x
    result = x * x                                 # (3)
    # backprop return x * x                          (3)
    dx = 2 * x
    # backprop while abs(x - old) > tolerance        (2)
    drate = 0.0
    for _ in range(turns):
        x_1 = kept_x.pop()
        # backprop old, x = x, math.cos(rate * x)    (4)
        dproduct = -math.sin(rate * x_1) * dx
        drate += x_1 * dproduct
        dx = rate * dproduct
    return result, drate
