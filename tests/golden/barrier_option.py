import math

import numpy as np


def value_and_grad_barrier_option(volatility, barrier, shocks):
    # forward pass
    taken = []  # kept for the reverse
    exps = []  # kept for the reverse
    prices = []  # kept for the reverse
    price = 100.0                                  # (1)
    total = False
    turns = 0
    for i in range(shocks.shape[0]):
        z = shocks[i]                              # (2)
        exp = math.exp(float(volatility * z - 0.5 * volatility**2))  # (3)
        exps.append(exp)
        price = price * exp
        prices.append(price)
        total = price < barrier                    # (4)
        taken.append(total)
        if total:
            total_1 = 0.1 * price                  # (5)
        turns = turns + 1                          # (1)
        if total:
            break
    if not total:                                  # (6)
        difference = price - 100.0                 # (7)
        choice = difference < 0.0
        total_1 = 0.0 if choice else difference
    # backprop for z in shocks                       (6)
    if total:
        dtotal_1 = 1.0
        dprice = 0.0
    else:
        # backprop return max(price - 100.0, 0.0)    (7)
        dprice = 0.0 if choice else 1.0
        dtotal_1 = 0.0
    # backprop for z in shocks                       (1)
    dshocks = np.zeros(shocks.shape[0])
    dvolatility = 0.0
    for i in range(-1 + turns, -1, -1):
        total_2 = taken.pop()
        # backprop if price < barrier                (4)
        if total_2:
            # backprop return 0.1 * price            (5)
            dprice += 0.1 * dtotal_1
        exp = exps.pop()
        price_1 = prices.pop()
        # backprop price *= math.exp(volatility * z - 0.5 * volatility**2)  (3)
        dnumber = price_1 * dprice
        z = shocks[i]                              # (2)
        # backprop price *= math.exp(volatility * z - 0.5 * volatility**2)  (3)
        dvolatility += (z - volatility) * dnumber
        dz = volatility * dnumber
        dprice = exp * dprice
        # backprop return 0.1 * price                (2)
        dshocks[i] += dz
        dtotal_1 = 0.0
    return total_1, (dvolatility, 0.0, dshocks)
