import math

import numpy as np


def value_and_grad_newton_or_give_up(a, x):
    # forward pass
    kept_x = np.empty(8)  # kept for the reverse
    steps = np.empty(8)  # kept for the reverse
    done = False                                   # (1)
    turns = 0
    for turn in range(8):
        kept_x[turn] = x
        slope = 3.0 * x * x - a                    # (2)
        if abs(slope) < 1e-09:                     # (3)
            raise ZeroDivisionError("flat: choose another start")
        step = (x**3 - a * x - 1.0) / slope        # (4)
        steps[turn] = step
        x -= step                                  # (5)
        done = abs(step) < 1e-11                   # (6)
        turns += 1                                 # (1)
        x_1 = x
        if done:
            break
    if not done:                                   # (7)
        x_1 = math.nan * x                         # (8)
    # backprop for _ in range(8)                     (7)
    if done:
        dx_1 = 1.0
        dx = 0.0
    else:
        # backprop return math.nan * x               (8)
        dx = math.nan
        dx_1 = 0.0
    # backprop for _ in range(8)                     (1)
    da = 0.0
    for turn in range(turns - 1, -1, -1):
        x_2 = kept_x[turn]
        step = steps[turn]
        slope = 3.0 * x_2 * x_2 - a                # (2)
        dx += dx_1
        # backprop x -= step                         (5)
        dstep = -dx
        # backprop step = (x**3 - a * x - 1.0) / slope  (4)
        dx += (3 * x_2**2 - a) / slope * dstep
        da -= x_2 / slope * dstep
        dslope = -step / slope * dstep
        # backprop slope = 3.0 * x * x - a           (2)
        dx += 6 * x_2 * dslope
        da -= dslope
        dx_1 = 0.0
    return x_1, (da, dx)
