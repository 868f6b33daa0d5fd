import math


def value_and_grad_helper_returns_early(x, y):
    # forward pass
    value = x + y                                  # (1)
    mask = x > 0.5                                 # (2)
    if mask:
        choice = x > 1.0                           # (3)
        if choice:
            choice_1 = math.sqrt(x)                # (4)
        else:
            choice_1 = 0.5 * (x + 1.0)             # (5)
    if mask:                                       # (6)
        choice_2 = choice_1
        choice_3 = True
    else:
        choice_4 = y > 0.5                         # (7)
        if choice_4:
            choice_6 = y > 1.0                     # (8)
            if choice_6:
                choice_7 = math.sqrt(y)            # (9)
            else:
                choice_7 = 0.5 * (y + 1.0)         # (10)
        if choice_4:                               # (11)
            choice_2 = choice_7
            choice_3 = True
        else:
            choice_3 = value > 0.5                 # (12)
            if choice_3:
                choice_5 = value > 1.0             # (13)
                if choice_5:
                    choice_2 = math.sqrt(value)    # (14)
                else:
                    choice_2 = 0.5 * (value + 1.0)  # (15)
    if choice_3:                                   # (16)
        choice_8 = choice_2
    else:
        choice_8 = 0.0
    result = choice_8 * y                          # (1)
    # backprop return first_large(x, y, x + y) * y   (1)
    dy = choice_8
    # backprop for value in values                   (16)
    if not choice_3:
        y = 0.0
    # backprop return root_or_line(value)            (6)
    if mask:
        dvalue = 0.0
    else:
        # backprop return root_or_line(value)        (11)
        if choice_4:
            dvalue = 0.0
        else:
            # backprop if value > 0.5                (12)
            if choice_3:
                # backprop if t > 1.0                (13)
                if choice_5:
                    # backprop return math.sqrt(t)   (14)
                    dvalue = 0.5 / choice_2 * y
                else:
                    # backprop return 0.5 * (t + 1.0)  (15)
                    dvalue = 0.5 * y
            else:
                dvalue = 0.0
            y = 0.0
        # backprop if value > 0.5                    (7)
        if choice_4:
            # backprop if t > 1.0                    (8)
            if choice_6:
                # backprop return math.sqrt(t)       (9)
                dy += 0.5 / choice_7 * y
            else:
                # backprop return 0.5 * (t + 1.0)    (10)
                dy += 0.5 * y
        y = 0.0
    # backprop if value > 0.5                        (2)
    if mask:
        # backprop if t > 1.0                        (3)
        if choice:
            # backprop return math.sqrt(t)           (4)
            dx = 0.5 / choice_1 * y
        else:
            # backprop return 0.5 * (t + 1.0)        (5)
            dx = 0.5 * y
    else:
        dx = 0.0
    # backprop return first_large(x, y, x + y) * y   (1)
    dx += dvalue
    dy += dvalue
    return result, (dx, dy)
