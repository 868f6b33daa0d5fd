import math


def value_and_grad_helper_returns_early(x, y):
    # forward pass
    value = x + y                                  # (1)
    condition = x > 0.5                            # (2)
    if condition:
        x_above_1 = x > 1.0                        # (3)
        if x_above_1:
            choice = math.sqrt(x)                  # (4)
        else:
            choice = 0.5 * (x + 1.0)               # (5)
    if condition:                                  # (6)
        choice_1 = choice
        done = True
    else:
        condition_1 = y > 0.5                      # (7)
        if condition_1:
            y_above_1 = y > 1.0                    # (8)
            if y_above_1:
                choice_2 = math.sqrt(y)            # (9)
            else:
                choice_2 = 0.5 * (y + 1.0)         # (10)
        if condition_1:                            # (11)
            choice_1 = choice_2
            done = True
        else:
            done = value > 0.5                     # (12)
            if done:
                value_above_1 = value > 1.0        # (13)
                if value_above_1:
                    choice_1 = math.sqrt(value)    # (14)
                else:
                    choice_1 = 0.5 * (value + 1.0)  # (15)
    choice_3 = choice_1 if done else 0.0           # (16)
    result = choice_3 * y                          # (1)
    # backprop return first_large(x, y, x + y) * y   (1)
    dy = choice_3
    # backprop for value in values                   (16)
    if not done:
        y = 0.0
    # backprop return root_or_line(value)            (6)
    if condition:
        dvalue = 0.0
    else:
        # backprop return root_or_line(value)        (11)
        if condition_1:
            dvalue = 0.0
        else:
            # backprop if value > 0.5                (12)
            if done:
                # backprop if t > 1.0                (13)
                if value_above_1:
                    # backprop return math.sqrt(t)   (14)
                    dvalue = 0.5 / choice_1 * y
                else:
                    # backprop return 0.5 * (t + 1.0)  (15)
                    dvalue = 0.5 * y
            else:
                dvalue = 0.0
            y = 0.0
        # backprop if value > 0.5                    (7)
        if condition_1:
            # backprop if t > 1.0                    (8)
            if y_above_1:
                # backprop return math.sqrt(t)       (9)
                dy += 0.5 / choice_2 * y
            else:
                # backprop return 0.5 * (t + 1.0)    (10)
                dy += 0.5 * y
        y = 0.0
    # backprop if value > 0.5                        (2)
    if condition:
        # backprop if t > 1.0                        (3)
        if x_above_1:
            # backprop return math.sqrt(t)           (4)
            dx = 0.5 / choice * y
        else:
            # backprop return 0.5 * (t + 1.0)        (5)
            dx = 0.5 * y
    else:
        dx = 0.0
    # backprop return first_large(x, y, x + y) * y   (1)
    dx += dvalue
    dy += dvalue
    return result, (dx, dy)
