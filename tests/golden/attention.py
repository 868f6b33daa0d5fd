import math

import numpy as np


def value_and_grad_attention(Q, K, V):
    # forward pass
    sqrt = math.sqrt(Q.shape[1])                   # (1)
    scores = Q @ K.T / sqrt
    largest = np.max(scores, axis=1, keepdims=True)  # (2)
    weights = np.exp(scores - largest)
    total = np.sum(weights, axis=1, keepdims=True)  # (3)
    weights_1 = weights / total
    product = weights_1 @ V                        # (4)
    result = np.sum(product**2)
    # backprop return np.sum((weights @ V) ** 2)     (4)
    dproduct = 2 * product
    dweights_1 = dproduct @ V.T
    dV = weights_1.T @ dproduct
    # backprop weights = weights / weights.sum(axis=-1, keepdims=True)  (3)
    dweights = dweights_1 / total
    dweights += np.sum(-weights_1 / total * dweights_1, axis=1, keepdims=True)
    # backprop weights = np.exp(scores - scores.max(axis=-1, keepdims=True))  (2)
    dscores = weights * dweights
    scores_is_largest = scores == largest
    dscores += np.where(
        scores_is_largest,
        np.sum(-weights * dweights, axis=1, keepdims=True)
        / np.sum(scores_is_largest, axis=1, keepdims=True),
        0.0,
    )
    # backprop scores = Q @ K.T / math.sqrt(Q.shape[-1])  (1)
    dproduct_1 = dscores / sqrt
    dQ = dproduct_1 @ K
    dK = dproduct_1.T @ Q
    return result, (dQ, dK, dV)
