def value_and_grad_trapezoidal_membership(x, a, b, c, d):
    # forward pass
    mask = x <= a or x >= d                        # (1)
    if mask:
        choice = 0.0
    else:
        choice_1 = x < b
        if choice_1:
            choice = (x - a) / (b - a)
        else:
            choice_2 = x > c
            if choice_2:
                choice = (d - x) / (d - c)
            else:
                choice = 1.0 + 0.0 * x
    # backprop return 0.0 if x <= a or x >= d else (x - a) / (b - a) if x < b else (d - x) / (d - c) if x > c else 1.0 + 0.0 * x  (1)
    if mask:
        dx = 0.0
        db = 0.0
        da = 0.0
        dc = 0.0
        dd = 0.0
    elif choice_1:
        difference = b - a                         # (1)
        # backprop return 0.0 if x <= a or x >= d else (x - a) / (b - a) if x < b else (d - x) / (d - c) if x > c else 1.0 + 0.0 * x  (1)
        dx = 1 / difference
        ratio = (x - a) / difference               # (1)
        # backprop return 0.0 if x <= a or x >= d else (x - a) / (b - a) if x < b else (d - x) / (d - c) if x > c else 1.0 + 0.0 * x  (1)
        db = -ratio / difference
        da = -db
        da -= dx
        dc = 0.0
        dd = 0.0
    else:
        if choice_2:
            difference = d - c                     # (1)
            ratio = (d - x) / difference
            # backprop return 0.0 if x <= a or x >= d else (x - a) / (b - a) if x < b else (d - x) / (d - c) if x > c else 1.0 + 0.0 * x  (1)
            dd = (1 - ratio) / difference
            dx = -1 / difference
            dc = ratio / difference
        else:
            dd = 0.0
            dx = 0.0
            dc = 0.0
        da = 0.0
        db = 0.0
    return choice, (dx, da, db, dc, dd)
