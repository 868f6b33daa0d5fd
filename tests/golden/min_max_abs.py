import numpy as np


def value_and_grad_min_max_abs(x, y):
    # forward pass
    y_above_x = y > x                              # (1)
    choice = y if y_above_x else x
    mask = choice < 0.5
    choice_1 = 0.5 if mask else choice
    product = x * x
    y_below_product = y < product
    choice_2 = y if y_below_product else product
    difference = x - y
    result = choice_1 * choice_2 + abs(difference) - abs(y)
    # backprop return max(x, y, 0.5) * min(x * x, y) + abs(x - y) - abs(y)  (1)
    dy = -np.sign(y)
    dx = np.sign(difference)
    dy -= dx
    dy += choice_1 if y_below_product else 0.0
    dx += 0.0 if y_below_product else 2 * x * choice_1
    dchoice = 0.0 if mask else choice_2
    dy += dchoice if y_above_x else 0.0
    dx += 0.0 if y_above_x else dchoice
    return result, (dx, dy)
