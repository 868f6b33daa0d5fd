import math

import numpy as np


def value_and_grad_attention_of_a_batch(Q, K, V):
    # forward pass
    sqrt = math.sqrt(Q.shape[2])                   # (1)
    scores = Q @ K.transpose(0, 2, 1) / sqrt
    largest = np.max(scores, axis=2, keepdims=True)  # (2)
    weights = np.exp(scores - largest)
    total = np.sum(weights, axis=2, keepdims=True)  # (3)
    weights_1 = weights / total
    product = weights_1 @ V                        # (4)
    result = np.sum(product**2)
    # backprop return np.sum((weights @ V) ** 2)     (4)
    dproduct = 2 * product
    dweights_1 = dproduct @ V.transpose(0, 2, 1)
    dV = weights_1.transpose(0, 2, 1) @ dproduct
    # backprop weights = weights / np.sum(weights, axis=2, keepdims=True)  (3)
    dweights = dweights_1 / total
    dweights += np.sum(-weights_1 / total * dweights_1, axis=2, keepdims=True)
    # backprop weights = np.exp(scores - np.max(scores, axis=2, keepdims=True))  (2)
    dscores = weights * dweights
    scores_is_largest = scores == largest
    dscores += np.where(
        scores_is_largest,
        np.sum(-weights * dweights, axis=2, keepdims=True)
        / np.sum(scores_is_largest, axis=2, keepdims=True),
        0.0,
    )
    # backprop scores = Q @ K.transpose(0, 2, 1) / math.sqrt(Q.shape[-1])  (1)
    dproduct_1 = dscores / sqrt
    dQ = dproduct_1 @ K
    dK = dproduct_1.transpose(0, 2, 1) @ Q
    return result, (dQ, dK, dV)
