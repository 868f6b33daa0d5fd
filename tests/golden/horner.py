def value_and_grad_horner(x, *, outside=0.5, outside_1=-1.25, outside_2=2.0, outside_3=0.75):
    # forward pass
    value = 0.0 * x + outside                      # (1)
    value_1 = value * x + outside_1                # (2)
    value_2 = value_1 * x + outside_2              # (3)
    value_3 = value_2 * x + outside_3              # (4)
    # backprop value = value * x + coefficient       (4)
    dvalue_2 = x
    dx = value_2
    # backprop value = value * x + coefficient       (3)
    dvalue_1 = x * dvalue_2
    dx += value_1 * dvalue_2
    # backprop value = value * x + coefficient       (2)
    dx += value * dvalue_1
    return value_3, dx
