import math

import numpy as np


def value_and_grad_barrier_option(volatility, barrier, shocks):
    # forward pass
    taken = []  # kept for the reverse
    exps = []  # kept for the reverse
    prices = []  # kept for the reverse
    price = 100.0                                  # (1)
    done = False
    turns = 0
    for i in range(shocks.shape[0]):
        z = shocks[i]                              # (2)
        exp = math.exp(volatility * z - 0.5 * volatility**2)  # (3)
        exps.append(exp)
        price *= exp
        prices.append(price)
        price_below_barrier = price < barrier      # (4)
        taken.append(price_below_barrier)
        turns += 1                                 # (1)
        if price_below_barrier:                    # (4)
            total = 0.1 * price                    # (5)
            done = True
            break
        if done:
            break
    if not done:                                   # (6)
        difference = price - 100.0                 # (7)
        condition = difference < 0.0
        total = 0.0 if condition else difference
    # backprop for z in shocks                       (6)
    if done:
        dtotal = 1.0
        dprice = 0.0
    else:
        # backprop return max(price - 100.0, 0.0)    (7)
        dprice = 0.0 if condition else 1.0
        dtotal = 0.0
    # backprop for z in shocks                       (1)
    dshocks = np.zeros(shocks.shape[0])
    dvolatility = 0.0
    for i in range(turns - 1, -1, -1):
        price_below_barrier = taken.pop()
        # backprop if price < barrier                (4)
        if price_below_barrier:
            # backprop return 0.1 * price            (5)
            dprice += 0.1 * dtotal
        exp = exps.pop()
        price_1 = prices.pop()
        # backprop price *= math.exp(volatility * z - 0.5 * volatility**2)  (3)
        dnumber = price_1 * dprice
        z = shocks[i]                              # (2)
        # backprop price *= math.exp(volatility * z - 0.5 * volatility**2)  (3)
        dvolatility += (z - volatility) * dnumber
        dz = volatility * dnumber
        dprice *= exp
        # backprop return 0.1 * price                (2)
        dshocks[i] += dz
        dtotal = 0.0
    return total, (dvolatility, 0.0, dshocks)
