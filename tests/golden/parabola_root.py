import math


def value_and_grad_parabola_root(a, b, c):
    # forward pass
    discriminant = b * b - 4.0 * a * c             # (1)
    discriminant_below_0 = discriminant < 0        # (2)
    if discriminant_below_0:                       # (3)
        raise ValueError(f"no real root: the discriminant is {discriminant}")
    b_above_0 = b > 0                              # (4)
    if b_above_0:
        choice = math.sqrt(discriminant)
        q = -0.5 * (b + choice)
    else:
        choice_1 = math.sqrt(discriminant)
        q = -0.5 * (b - choice_1)
    root = q / a                                   # (5)
    if not a * root * root + b * root + c < 1e-06:  # (6)
        raise AssertionError('not a root')
    # backprop root = q / a                          (5)
    dq = 1 / a
    da = -root / a
    # backprop q = -0.5 * (b + math.sqrt(discriminant)) if b > 0 else -0.5 * (b - math.sqrt(discriminant))  (4)
    if b_above_0:
        db = -0.5 * dq
        ddiscriminant = -0.25 / choice * dq
    else:
        db = -0.5 * dq
        ddiscriminant = 0.25 / choice_1 * dq
    # backprop discriminant = b * b - 4.0 * a * c    (1)
    db += 2 * b * ddiscriminant
    da -= 4 * c * ddiscriminant
    dc = -4 * a * ddiscriminant
    return root, (da, db, dc)
