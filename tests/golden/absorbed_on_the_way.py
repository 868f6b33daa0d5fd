import math

import numpy as np


def value_and_grad_absorbed_on_the_way(weights, dose):
    # forward pass
    taken = []  # kept for the reverse
    exps = []  # kept for the reverse
    doses = []  # kept for the reverse
    layers = 0                                     # (1)
    turns = 0
    for i in range(weights.shape[0]):
        w = weights[i]
        condition = dose < 0.2                     # (2)
        taken.append(condition)
        turns += 1                                 # (1)
        if condition:                              # (2)
            break
        exp = math.exp(-abs(w))                    # (3)
        exps.append(exp)
        dose *= exp
        doses.append(dose)
        layers += 1                                # (4)
    result = dose * (1.0 + 0.1 * layers)           # (5)
    # backprop return dose * (1.0 + 0.1 * layers)    (5)
    ddose = 1.0 + 0.1 * layers
    # backprop for w in weights                      (1)
    dweights = np.zeros_like(weights)
    for i in range(turns - 1, -1, -1):
        condition = taken.pop()
        w = weights[i]                             # (1)
        # backprop if dose < 0.2                     (2)
        if condition:
            dw = 0.0
        else:
            exp = exps.pop()
            dose_1 = doses.pop()
            # backprop dose *= math.exp(-abs(w))     (3)
            dw = -np.sign(w) * (dose_1 * ddose)
            ddose *= exp
        # backprop for w in weights                  (1)
        dweights[i] += dw
    return result, (dweights, ddose)
