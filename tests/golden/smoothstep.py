def value_and_grad_smoothstep(x, low, high):
    # forward pass
    mask = low < x and x < high                    # (1)
    if mask:
        t = (x - low) / (high - low)               # (2)
        choice = t * t * (3.0 - 2.0 * t)           # (3)
    elif x <= low:                                 # (4)
        choice = 0.0
    else:
        choice = 1.0
    # backprop if low < x < high                     (1)
    if mask:
        difference = high - low                    # (2)
        t = (x - low) / difference
        product = 2.0 * t                          # (3)
        difference_1 = 3.0 - product
        # backprop return t * t * (3.0 - 2.0 * t)    (3)
        dt = product * difference_1 - 2 * t**2
        # backprop t = (x - low) / (high - low)      (2)
        dx = dt / difference
        dhigh = -t / difference * dt
        dlow = -dhigh
        dlow -= dx
    else:
        dx = 0.0
        dlow = 0.0
        dhigh = 0.0
    return choice, (dx, dlow, dhigh)
