import numpy as np


def value_and_grad_returns_aux(w, X):
    # forward pass
    scores = X @ w                                 # (1)
    result = np.sum(scores**2)                     # (2)
    # backprop return np.sum(scores**2), {"scores": scores, "count": X.shape[0]}  (2)
    dscores = 2 * scores
    # backprop scores = X @ w                        (1)
    dw = X.T @ dscores
    return (result, {"scores": scores, "count": X.shape[0]}), dw
