import math


def value_and_grad_named_tuples(p, q):
    x = p.x
    y = p.y
    x_1_ = q.x
    y_1_ = q.y
    # forward pass
    ratio = (x + x_1_) / 2                         # (1)
    ratio_1 = (y + y_1_) / 2
    difference = ratio - 1.0                       # (2)
    hypot = math.hypot(difference, ratio_1)
    result = hypot * x
    # backprop return math.hypot(middle.x - 1.0, middle.y) * p.x  (2)
    dx = hypot
    ddifference = 0.0 if hypot == 0 else difference / hypot * x
    dratio_1 = 0.0 if hypot == 0 else ratio_1 / hypot * x
    # backprop middle = Point((p.x + q.x) / 2, (p.y + q.y) / 2)  (1)
    dy = 0.5 * dratio_1
    dy_1_ = 0.5 * dratio_1
    dx += 0.5 * ddifference
    dx_1_ = 0.5 * ddifference
    return result, ((dx, dy), (dx_1_, dy_1_))
