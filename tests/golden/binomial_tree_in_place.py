import math

import numpy as np


def value_and_grad_binomial_tree_in_place(spot, volatility, steps):
    # forward pass
    up = math.exp(volatility * math.sqrt(1.0 / steps))  # (1)
    chance = (1.0 - 1.0 / up) / (up - 1.0 / up)    # (2)
    values = np.empty(steps + 1)                   # (3)
    taken = np.empty(max(steps + 1, 0), dtype=np.bool_)  # kept for the reverse
    powers = np.empty(max(steps + 1, 0))  # kept for the reverse
    for k in range(steps + 1):                     # (4)
        power = up ** (2 * k - steps)              # (5)
        powers[k] = power
        difference = 100.0 - spot * power
        difference_below_0 = difference < 0.0
        taken[k] = difference_below_0
        values[k] = 0.0 if difference_below_0 else difference
    taken_1 = np.empty((max(steps, 0), max(steps, 0)), dtype=np.bool_)  # kept for the reverse
    powers_1 = np.empty((max(steps, 0), max(steps, 0)))  # kept for the reverse
    kept_old_values = np.empty((max(steps, 0), max(steps, 0)))  # kept for the reverse
    for level in range(steps - 1, -1, -1):         # (6)
        for k in range(level + 1):                 # (7)
            wait = 0.99 * (chance * values[k + 1] + (1.0 - chance) * values[k])  # (8)
            power = up ** (2 * k - level)          # (9)
            powers_1[steps - 1 - level, k] = power
            now = 100.0 - spot * power
            now_above_wait = now > wait            # (10)
            taken_1[steps - 1 - level, k] = now_above_wait
            if now_above_wait:
                wait = np.float64(now)
            kept_old_values[steps - 1 - level, k] = values[k]
            values[k] = wait
    result = values[0]                             # (11)
    # backprop return values[0]                      (11)
    dvalues = np.zeros_like(values)
    dvalues[0] += 1.0
    # backprop for level in range(steps - 1, -1, -1)  (6)
    dchance = 0.0
    dup = 0.0
    dspot = 0.0
    for level in range(steps):
        # backprop for k in range(level + 1)         (7)
        for k in range(level, -1, -1):
            now_above_wait = taken_1[steps - 1 - level, k]
            power = powers_1[steps - 1 - level, k]
            kept = kept_old_values[steps - 1 - level, k]
            values[k] = kept                       # (10)
            # backprop values[k] = now if now > wait else wait  (10)
            dwait = dvalues[k]
            if now_above_wait:
                dnow = dwait
                dwait = 0.0
            else:
                dnow = 0.0
            # backprop now = 100.0 - spot * up ** (2 * k - level)  (9)
            dspot -= power * dnow
            dup += (
                0.0 if 2 * k - level == 0 else (2 * k - level) * up ** (2 * k - level - 1) * (-spot * dnow)
            )
            # backprop wait = 0.99 * (chance * values[k + 1] + (1.0 - chance) * values[k])  (8)
            dchance += 0.99 * (values[k + 1] - values[k]) * dwait
            dvalues[k] = 0.99 * (1.0 - chance) * dwait
            dvalues[k + 1] += 0.99 * chance * dwait
    # backprop for k in range(steps + 1)             (4)
    for k in range(steps, -1, -1):
        difference_below_0 = taken[k]
        power = powers[k]
        # backprop values[k] = max(100.0 - spot * up ** (2 * k - steps), 0.0)  (5)
        dchoice = dvalues[k]
        dvalues[k] = 0.0
        dspot += 0.0 if difference_below_0 else -power * dchoice
        dup += (
            0.0
            if difference_below_0
            else 0.0
            if 2 * k - steps == 0
            else 0.0
            if difference_below_0
            else (2 * k - steps) * up ** (2 * k - steps - 1) * (-spot * dchoice)
        )
    # backprop chance = (1.0 - 1.0 / up) / (up - 1.0 / up)  (2)
    dup -= chance / (1 + up) * dchance
    # backprop up = math.exp(volatility * math.sqrt(1.0 / steps))  (1)
    dvolatility = math.sqrt(1.0 / steps) * up * dup
    return result, (dspot, dvolatility)
