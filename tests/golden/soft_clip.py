import math


def value_and_grad_soft_clip(x, limit):
    # forward pass
    x_above_limit = x > limit                      # (1)
    if x_above_limit:
        tanh = math.tanh(x - limit)                # (2)
        y = limit + tanh
    else:
        condition = x < -limit                     # (3)
        if condition:
            tanh_1 = math.tanh(x + limit)          # (4)
            y = -limit + tanh_1
        else:
            y = x
    result = y * y                                 # (5)
    # backprop return y * y                          (5)
    dy = 2 * y
    # backprop if x > limit                          (1)
    if x_above_limit:
        # backprop y = limit + math.tanh(x - limit)  (2)
        dlimit = tanh**2 * dy
        dx = (1 - tanh**2) * dy
    # backprop if x < -limit                         (3)
    elif condition:
        # backprop y = -limit + math.tanh(x + limit)  (4)
        dlimit = -tanh_1**2 * dy
        dx = (1 - tanh_1**2) * dy
    else:
        # backprop if x < -limit                     (3)
        dx = dy
        dlimit = 0.0
    return result, (dx, dlimit)
