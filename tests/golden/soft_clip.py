import math


def value_and_grad_soft_clip(x, limit):
    # forward pass
    x_above_limit = x > limit                      # (1)
    if x_above_limit:
        choice = math.tanh(x - limit)              # (2)
        y = limit + choice
    else:
        choice_1 = x < -limit                      # (3)
        if choice_1:
            choice_2 = math.tanh(x + limit)        # (4)
            y = -limit + choice_2
        else:
            y = x
    result = y * y                                 # (5)
    # backprop return y * y                          (5)
    dy = 2 * y
    # backprop if x > limit                          (1)
    if x_above_limit:
        # backprop y = limit + math.tanh(x - limit)  (2)
        dlimit = choice**2 * dy
        dx = (1 - choice**2) * dy
    # backprop if x < -limit                         (3)
    elif choice_1:
        # backprop y = -limit + math.tanh(x + limit)  (4)
        dlimit = -choice_2**2 * dy
        dx = (1 - choice_2**2) * dy
    else:
        # backprop if x < -limit                     (3)
        dx = dy
        dlimit = 0.0
    return result, (dx, dlimit)
