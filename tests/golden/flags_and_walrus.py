def value_and_grad_flags_and_walrus(xs):
    xs0 = xs[0]
    xs1 = xs[1]
    xs2 = xs[2]
    xs3 = xs[3]
    # forward pass
    total = 0.0 + xs0**1                           # (1)
    total_1 = total + xs1**2                       # (2)
    total_2 = total_1 + xs2**3                     # (3)
    total_3 = total_2 * 3                          # (4)
    # backprop total *= n                            (4)
    dtotal_2 = 3.0
    # backprop total += x ** (key + 1)               (3)
    dtotal_1 = dtotal_2
    dxs2 = 3 * xs2**2 * dtotal_2
    # backprop total += x ** (key + 1)               (2)
    dtotal = dtotal_1
    dxs1 = 2 * xs1 * dtotal_1
    # backprop total += x ** (key + 1)               (1)
    dxs0 = dtotal
    return total_3, [dxs0, dxs1, dxs2, 0.0]
