import math


def value_and_grad_guards_by_and_or(x, y, z):
    # forward pass
    value = x * z                                  # (1)
    y_is_not_0 = y != 0.0                          # (2)
    if y_is_not_0:
        y_is_not_0 = x / y > 1.0
    if y_is_not_0:
        value = value + x / y                      # (3)
    z_below_0 = z < 0.0                            # (4)
    if not z_below_0:
        z_below_0 = math.sqrt(z) > 1.0
    if z_below_0:
        value = value - z                          # (5)
    choice = 2.0 if not (x > y or z > y) else 1.0  # (6)
    result = value * choice
    # backprop return value * (2.0 if not (x > y or z > y) else 1.0)  (6)
    dvalue = choice
    # backprop if z < 0.0 or math.sqrt(z) > 1.0      (4)
    if z_below_0:
        # backprop value = value - z                 (5)
        dz = -dvalue
    else:
        dz = 0.0
    # backprop if y != 0.0 and x / y > 1.0           (2)
    if y_is_not_0:
        # backprop value = value + x / y             (3)
        dx = dvalue / y
    else:
        dx = 0.0
    # backprop value = x * z                         (1)
    dx += z * dvalue
    dz += x * dvalue
    return result, (dx, dz)
