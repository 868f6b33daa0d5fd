def value_and_grad_series_until_terms_are_small(x, scale, small):
    # forward pass
    total = 0.0                                    # (1)
    n = 1
    dx = 0.0
    dscale = 0.0
    while True:
        n_below_30 = n < 30                        # (2)
        if n_below_30:
            n_below_30 = abs(x**n / n) > small
        if not n_below_30:
            break
        negative = -x                              # (3)
        power = negative**n
        total -= scale * power / n
        # backprop total -= scale * (-x) ** n / n    (3)
        dscale -= power / n
        dx -= 0.0 if n == 0 else n * negative ** (n - 1) * (-scale / n)
        n += 1                                     # (4)
    return total, (dx, dscale)
