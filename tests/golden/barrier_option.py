import math

import numpy as np


def value_and_grad_barrier_option(volatility, barrier, shocks):
    # forward pass
    exps = np.empty(shocks.shape[0])  # kept for the reverse
    prices = np.empty(shocks.shape[0])  # kept for the reverse
    price = 100.0                                  # (1)
    done = False
    turns = 0
    for i in range(shocks.shape[0]):
        z = shocks[i]
        exp = math.exp(volatility * z - 0.5 * volatility**2)  # (2)
        exps[i] = exp
        price *= exp
        prices[i] = price
        turns += 1                                 # (1)
        if price < barrier:                        # (3)
            total = 0.1 * price                    # (4)
            done = True
            break
        if done:
            break
    if not done:                                   # (5)
        difference = price - 100.0                 # (6)
        condition = difference < 0.0
        total = 0.0 if condition else difference
    # backprop for z in shocks                       (5)
    if done:
        dtotal = 1.0
        dprice = 0.0
    else:
        # backprop return max(price - 100.0, 0.0)    (6)
        dprice = 0.0 if condition else 1.0
        dtotal = 0.0
    # backprop for z in shocks                       (1)
    dshocks = np.zeros_like(shocks)
    dvolatility = 0.0
    for i in range(turns - 1, -1, -1):
        exp = exps[i]
        price_1 = prices[i]
        z = shocks[i]                              # (1)
        # backprop if price < barrier                (3)
        if done and i == turns - 1:
            # backprop return 0.1 * price            (4)
            dprice += 0.1 * dtotal
        # backprop price *= math.exp(volatility * z - 0.5 * volatility**2)  (2)
        dnumber = price_1 * dprice
        dvolatility += (z - volatility) * dnumber
        dz = volatility * dnumber
        dprice *= exp
        # backprop for z in shocks                   (1)
        dshocks[i] += dz
        dtotal = 0.0
    return total, (dvolatility, 0.0, dshocks)
