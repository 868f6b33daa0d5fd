def value_and_grad_smoothstep(x, low, high):
    # forward pass
    condition = low < x and x < high               # (1)
    if condition:
        t = (x - low) / (high - low)               # (2)
        result = t * t * (3.0 - 2.0 * t)           # (3)
    else:
        result = 0.0 if x <= low else 1.0          # (4)
    # backprop if low < x < high                     (1)
    if condition:
        difference = high - low                    # (2)
        t = (x - low) / difference
        product = 2.0 * t                          # (3)
        # backprop return t * t * (3.0 - 2.0 * t)    (3)
        dt = product * (3.0 - product) - 2 * t**2
        # backprop t = (x - low) / (high - low)      (2)
        dx = dt / difference
        dhigh = -t / difference * dt
        dlow = -dhigh
        dlow -= dx
    else:
        dx = 0.0
        dlow = 0.0
        dhigh = 0.0
    return result, (dx, dlow, dhigh)
