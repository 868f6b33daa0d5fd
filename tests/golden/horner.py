def value_and_grad_horner(
    x, *, COEFFICIENTS0=0.5, COEFFICIENTS1=-1.25, COEFFICIENTS2=2.0, COEFFICIENTS3=0.75
):
    # forward pass
    value = 0.0 * x + COEFFICIENTS0                # (1)
    value_1 = value * x + COEFFICIENTS1            # (2)
    value_2 = value_1 * x + COEFFICIENTS2          # (3)
    value_3 = value_2 * x + COEFFICIENTS3          # (4)
    # backprop value = value * x + coefficient       (4)
    dvalue_2 = x
    dx = value_2
    # backprop value = value * x + coefficient       (3)
    dvalue_1 = x * dvalue_2
    dx += value_1 * dvalue_2
    # backprop value = value * x + coefficient       (2)
    dx += value * dvalue_1
    return value_3, dx
