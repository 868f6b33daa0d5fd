def value_and_grad_python_max_takes_a_branch(x, y):
    # forward pass
    y_above_x = y > x                              # (1)
    y_below_x = y < x
    result = (y if y_above_x else x) + 2.0 * (y if y_below_x else x)
    # backprop return max(x, y) + 2.0 * min(x, y)    (1)
    dy = 2.0 if y_below_x else 0.0
    dx = 0.0 if y_below_x else 2.0
    dy += 1.0 if y_above_x else 0.0
    dx += 0.0 if y_above_x else 1.0
    return result, (dx, dy)
