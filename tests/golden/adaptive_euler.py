def value_and_grad_adaptive_euler(y, rate, end):
    # forward pass
    taken = []  # kept for the reverse
    steps = []  # kept for the reverse
    kept_y = []  # kept for the reverse
    t = 0.0                                        # (1)
    step = 0.5
    turns = 0
    while t < end - 1e-12:
        kept_y.append(y)
        difference = end - t                       # (2)
        step = difference if difference < step else step
        steps.append(step)
        full = y + step * rate * y * (1.0 - y)     # (3)
        half = y + 0.5 * step * rate * y * (1.0 - y)  # (4)
        half += 0.5 * step * rate * half * (1.0 - half)  # (5)
        condition = abs(full - half) > 0.01        # (6)
        taken.append(condition)
        if condition:
            step *= 0.5                            # (7)
        else:
            t += step                              # (8)
            y = 2.0 * half - full
            step *= 2.0                            # (9)
        turns += 1                                 # (1)
    # backprop while t < end - 1e-12                 (1)
    dy = 1.0
    drate = 0.0
    for _ in range(turns):
        condition = taken.pop()
        step_1 = steps.pop()
        y_1 = kept_y.pop()
        product = step_1 * rate                    # (3)
        difference = 1.0 - y_1                     # (4)
        half = y_1 + 0.5 * step_1 * rate * y_1 * difference
        product_1 = 0.5 * step_1 * rate            # (5)
        difference_1 = 1.0 - half
        # backprop if abs(full - half) > 1e-2        (6)
        if condition:
            dhalf = 0.0
            dfull = 0.0
        else:
            # backprop t, y = t + step, 2.0 * half - full  (8)
            dhalf = 2 * dy
            dfull = -dy
            dy = 0.0
        # backprop half += 0.5 * step * rate * half * (1.0 - half)  (5)
        dhalf_ = (1 + product_1 * difference_1 - product_1 * half) * dhalf
        drate += 0.5 * half * step_1 * difference_1 * dhalf
        # backprop half = y + 0.5 * step * rate * y * (1.0 - y)  (4)
        dy += (1 + product_1 * difference - product_1 * y_1) * dhalf_
        drate += 0.5 * y_1 * step_1 * difference * dhalf_
        # backprop full = y + step * rate * y * (1.0 - y)  (3)
        dy += (1 + product * difference - product * y_1) * dfull
        drate += y_1 * step_1 * difference * dfull
    return y, (dy, drate)
