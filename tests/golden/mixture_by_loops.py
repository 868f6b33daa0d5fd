import math

import numpy as np


def value_and_grad_mixture_by_loops(weights, means, precisions, X):
    # forward pass
    scores = np.empty(len(weights))                # (1)
    dweights = np.zeros_like(weights)
    dmeans = np.zeros_like(means)
    dprecisions = np.zeros_like(precisions)
    exps = np.empty((len(weights), X.shape[1]))  # kept for the reverse
    total = 0.0                                    # (2)
    for n in range(X.shape[0]):
        for k in range(len(weights)):              # (3)
            q = 0.0                                # (4)
            for d in range(X.shape[1]):
                exp = math.exp(precisions[k, d])   # (5)
                exps[k, d] = exp
                z = (X[n, d] - means[k, d]) * exp
                q += 0.5 * z * z - precisions[k, d]  # (6)
            scores[k] = weights[k] - q             # (7)
        top = np.max(scores)                       # (8)
        exp = np.exp(scores - top)                 # (9)
        number = float(np.sum(exp))
        total += top + math.log(number)
        # backprop total += top + math.log(np.sum(np.exp(scores - top)))  (9)
        dscores = exp / number
        dtop = 1.0 + np.sum(-exp / number)
        # backprop top = np.max(scores)              (8)
        scores_is_top = scores == top
        dscores += np.where(scores_is_top, dtop / np.sum(scores_is_top), 0.0)
        # backprop for k in range(len(weights))      (3)
        for k in range(len(weights) - 1, -1, -1):
            # backprop scores[k] = weights[k] - q    (7)
            ddifference = dscores[k]
            dscores[k] = 0.0
            dq = -ddifference
            dweights[k] += ddifference
            # backprop for d in range(X.shape[1])    (4)
            for d in range(X.shape[1]):
                exp_1 = exps[k, d]
                z = (X[n, d] - means[k, d]) * exp_1  # (5)
                # backprop q += 0.5 * z * z - precisions[k, d]  (6)
                dz = z * dq
                dprecisions[k, d] -= dq
                # backprop z = (X[n, d] - means[k, d]) * math.exp(precisions[k, d])  (5)
                dprecisions[k, d] += z * dz
                dmeans[k, d] -= exp_1 * dz
    return total, (dweights, dmeans, dprecisions)
