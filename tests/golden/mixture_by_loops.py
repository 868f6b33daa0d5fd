import math

import numpy as np


def value_and_grad_mixture_by_loops(weights, means, precisions, X):
    # forward pass
    scores = np.empty(len(weights))                # (1)
    numbers = np.empty(X.shape[0])  # kept for the reverse
    exps = np.empty((X.shape[0], len(weights)))  # kept for the reverse
    kept_scores = np.empty((X.shape[0], len(weights)))  # kept for the reverse
    tops = np.empty(X.shape[0])  # kept for the reverse
    exps_1 = np.empty((X.shape[0], len(weights), X.shape[1]))  # kept for the reverse
    total = 0.0                                    # (2)
    for n in range(X.shape[0]):
        for k in range(len(weights)):              # (3)
            q = 0.0                                # (4)
            for d in range(X.shape[1]):
                exp = math.exp(precisions[k, d])   # (5)
                exps_1[n, k, d] = exp
                z = (X[n, d] - means[k, d]) * exp
                q += 0.5 * z * z - precisions[k, d]  # (6)
            scores[k] = weights[k] - q             # (7)
        kept_scores[n] = scores                    # (3)
        top = np.max(scores)                       # (8)
        tops[n] = top
        exp = np.exp(scores - top)                 # (9)
        exps[n] = exp
        number = float(np.sum(exp))
        numbers[n] = number
        total += top + math.log(number)
    # backprop for n in range(X.shape[0])            (2)
    dscores = np.zeros_like(scores)
    dweights = np.zeros_like(weights)
    dmeans = np.zeros_like(means)
    dprecisions = np.zeros_like(precisions)
    for n in range(X.shape[0] - 1, -1, -1):
        number = numbers[n]
        exp = exps[n]
        scores_1 = kept_scores[n]
        top = tops[n]
        # backprop total += top + math.log(np.sum(np.exp(scores - top)))  (9)
        dtop = 1.0
        dscores += exp * (1.0 / number)
        dtop += np.sum(-exp * (1.0 / number))
        # backprop top = np.max(scores)              (8)
        scores_1_is_top = scores_1 == top
        dscores += np.where(scores_1_is_top, dtop / np.sum(scores_1_is_top), 0.0)
        # backprop for k in range(len(weights))      (3)
        for k in range(len(weights) - 1, -1, -1):
            # backprop scores[k] = weights[k] - q    (7)
            ddifference = dscores[k]
            dscores[k] = 0.0
            dq = -ddifference
            dweights[k] += ddifference
            # backprop for d in range(X.shape[1])    (4)
            for d in range(X.shape[1]):
                exp_1 = exps_1[n, k, d]
                z = (X[n, d] - means[k, d]) * exp_1  # (5)
                # backprop q += 0.5 * z * z - precisions[k, d]  (6)
                dz = z * dq
                dprecisions[k, d] -= dq
                # backprop z = (X[n, d] - means[k, d]) * math.exp(precisions[k, d])  (5)
                dprecisions[k, d] += z * dz
                dmeans[k, d] -= exp_1 * dz
    return total, (dweights, dmeans, dprecisions)
