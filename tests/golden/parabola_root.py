import math


def value_and_grad_parabola_root(a, b, c):
    # forward pass
    discriminant = b * b - 4.0 * a * c             # (1)
    if discriminant < 0:                           # (2)
        raise ValueError(f"no real root: the discriminant is {discriminant}")
    b_above_0 = b > 0                              # (3)
    if b_above_0:
        sqrt_discriminant = math.sqrt(discriminant)
        q = -0.5 * (b + sqrt_discriminant)
    else:
        sqrt_discriminant_1 = math.sqrt(discriminant)
        q = -0.5 * (b - sqrt_discriminant_1)
    root = q / a                                   # (4)
    assert a * root * root + b * root + c < 1e-06, "not a root"  # (5)
    # backprop root = q / a                          (4)
    dq = 1 / a
    da = -root / a
    # backprop q = -0.5 * (b + math.sqrt(discriminant)) if b > 0 else -0.5 * (b - ...  (3)
    if b_above_0:
        db = -0.5 * dq
        ddiscriminant = -0.25 / sqrt_discriminant * dq
    else:
        db = -0.5 * dq
        ddiscriminant = 0.25 / sqrt_discriminant_1 * dq
    # backprop discriminant = b * b - 4.0 * a * c    (1)
    db += 2 * b * ddiscriminant
    da -= 4 * c * ddiscriminant
    dc = -4 * a * ddiscriminant
    return root, (da, db, dc)
