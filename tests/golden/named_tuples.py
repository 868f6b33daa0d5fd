import math


def value_and_grad_named_tuples(p, q):
    p_x = p.x
    p_y = p.y
    q_x = q.x
    q_y = q.y
    # forward pass
    ratio = (p_x + q_x) / 2                        # (1)
    ratio_1 = (p_y + q_y) / 2
    difference = ratio - 1.0                       # (2)
    hypot = math.hypot(difference, ratio_1)
    result = hypot * p_x
    # backprop return math.hypot(middle.x - 1.0, middle.y) * p.x  (2)
    dp_x = hypot
    ddifference = 0.0 if hypot == 0 else difference / hypot * p_x
    dratio_1 = 0.0 if hypot == 0 else ratio_1 / hypot * p_x
    # backprop middle = Point((p.x + q.x) / 2, (p.y + q.y) / 2)  (1)
    dp_y = 0.5 * dratio_1
    dq_y = 0.5 * dratio_1
    dp_x += 0.5 * ddifference
    dq_x = 0.5 * ddifference
    return result, ((dp_x, dp_y), (dq_x, dq_y))
