def value_and_grad_trapezoidal_membership(x, a, b, c, d):
    # forward pass
    condition = x <= a or x >= d                   # (1)
    if condition:
        result = 0.0
    else:
        x_below_b = x < b
        if x_below_b:
            result = (x - a) / (b - a)
        else:
            x_above_c = x > c
            result = (d - x) / (d - c) if x_above_c else 1.0 + 0.0 * x
    # backprop return 0.0 if x <= a or x >= d else (x - a) / (b - a) if x < b else (d - x) / (d ...  (1)
    if condition:
        dx = 0.0
        db = 0.0
        da = 0.0
        dc = 0.0
        dd = 0.0
    elif x_below_b:
        difference = b - a                         # (1)
        ratio = (x - a) / difference
        dx = 1 / difference
        db = -ratio / difference
        da = -db
        da -= dx
        dc = 0.0
        dd = 0.0
    else:
        if x_above_c:
            difference = d - c                     # (1)
            ratio = (d - x) / difference
            dd = (1 - ratio) / difference
            dx = -1 / difference
            dc = ratio / difference
        else:
            dd = 0.0
            dx = 0.0
            dc = 0.0
        da = 0.0
        db = 0.0
    return result, (dx, da, db, dc, dd)
