import math

import numpy as np


def value_and_grad_squared_hinge_by_branches(w, points, signs):
    # forward pass
    dw = np.zeros_like(w)
    loss = 0.0                                     # (1)
    for n in range(points.shape[0]):
        point = points[n]
        margin = 1.0 - signs[n] * (point @ w)      # (2)
        if margin > 0.0:                           # (3)
            loss += margin * margin                # (4)
            # backprop loss += margin * margin       (4)
            dmargin = 2 * margin
        elif margin < -2.0:                        # (5)
            exp = math.exp(margin)                 # (6)
            loss += exp
            # backprop loss += math.exp(margin)      (6)
            dmargin = exp
        else:
            dmargin = 0.0
        # backprop margin = 1.0 - signs[n] * (point @ w)  (2)
        dw -= signs[n] * dmargin * point
    return loss, dw
