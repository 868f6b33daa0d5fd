import math

import numpy as np


def value_and_grad_logistic_by_rows(w, bias, points, signs, *, strength=0.1):
    # backprop return loss / len(points) + strength * np.sum(w**2)  (5)
    dloss = 1 / len(points)
    dw = 2 * w * strength
    loss = 0.0                                     # (1)
    dbias = 0.0
    for n in range(len(points)):
        score = np.float64(bias)                   # (2)
        for j in range(len(w)):
            score += w[j] * points[n, j]           # (3)
        exp = math.exp(-signs[n] * score)          # (4)
        total = 1.0 + exp
        loss += math.log(total)
        # backprop loss += math.log(1.0 + math.exp(-signs[n] * score))  (4)
        dscore = -signs[n] * (exp * (dloss / total))
        # backprop for j in range(len(w))            (2)
        for j in range(len(w)):
            # backprop score += w[j] * points[n, j]  (3)
            dw[j] += points[n, j] * dscore
        # backprop for j in range(len(w))            (2)
        dbias += dscore
    result = loss / len(points) + strength * np.sum(w**2)  # (5)
    return result, (dw, dbias)
