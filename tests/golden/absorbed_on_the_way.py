import math

import numpy as np


def value_and_grad_absorbed_on_the_way(weights, dose):
    # forward pass
    exps = np.empty(weights.shape[0])  # kept for the reverse
    doses = np.empty(weights.shape[0])  # kept for the reverse
    layers = 0                                     # (1)
    turns = 0
    done = False
    for i in range(weights.shape[0]):
        w = weights[i]
        turns += 1
        if dose < 0.2:                             # (2)
            done = True
            break
        exp = math.exp(-abs(w))                    # (3)
        exps[i] = exp
        dose *= exp
        doses[i] = dose
        layers += 1                                # (4)
    result = dose * (1.0 + 0.1 * layers)           # (5)
    # backprop return dose * (1.0 + 0.1 * layers)    (5)
    ddose = 1.0 + 0.1 * layers
    # backprop for w in weights                      (1)
    dweights = np.zeros_like(weights)
    for i in range(turns - 1, -1, -1):
        w = weights[i]                             # (1)
        # backprop if dose < 0.2                     (2)
        if done and i == turns - 1:
            dw = 0.0
        else:
            exp = exps[i]
            dose_1 = doses[i]
            # backprop dose *= math.exp(-abs(w))     (3)
            dw = -np.sign(w) * (dose_1 * ddose)
            ddose *= exp
        # backprop for w in weights                  (1)
        dweights[i] += dw
    return result, (dweights, ddose)
