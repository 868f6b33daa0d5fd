import numpy as np


def value_and_grad_gram(X):
    # forward pass
    G = X.T @ X                                    # (1)
    result = np.sum(G * G) - np.sum(np.diag(G))    # (2)
    # backprop return np.sum(G * G) - np.trace(G)    (2)
    dG = np.diag(np.full(X.shape[1], -1.0))
    dG += 2 * G
    # backprop G = X.T @ X                           (1)
    dX = X @ dG
    dX += X @ dG.T
    return result, dX
