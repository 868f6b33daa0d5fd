import math

import numpy as np


def value_and_grad_attention_scores(query, keys, values):
    # forward pass
    d = keys.shape[1]                              # (1)
    sqrt_d = math.sqrt(d)                          # (2)
    ratio = keys @ query / sqrt_d
    largest = np.max(ratio)                        # (3)
    e = np.exp(ratio - largest)
    total = np.sum(e)                              # (4)
    weights = e / total
    result = float(np.sum(weights @ values))       # (5)
    # backprop return float((weights @ values).sum())  (5)
    dweights = values @ np.ones(values.shape[1])
    dvalues = np.broadcast_to(weights[:, None], values.shape)
    # backprop return e / e.sum()                    (4)
    de = dweights / total
    de += np.sum(-weights / total * dweights)
    # backprop e = np.exp(z - np.max(z))             (3)
    dratio = e * de
    ratio_is_largest = ratio == largest
    dratio += np.where(ratio_is_largest, np.sum(-e * de) / np.sum(ratio_is_largest), 0.0)
    # backprop weights = softmax(keys @ query / math.sqrt(d))  (2)
    dproduct = dratio / sqrt_d
    dkeys = dproduct[:, None] * query
    dquery = keys.T @ dproduct
    return result, (dquery, dkeys, dvalues.copy())
