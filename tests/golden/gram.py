import numpy as np


def value_and_grad_gram(X):
    # forward pass
    G = X.T @ X                                    # (1)
    steps = np.arange(X.shape[1])                  # (2)
    steps_1 = np.arange(X.shape[1])
    result = np.sum(G * G) - np.sum(G[steps, steps_1])
    # backprop return np.sum(G * G) - np.trace(G)    (2)
    dG = 2 * G
    np.add.at(dG, (steps, steps_1), -1.0)
    # backprop G = X.T @ X                           (1)
    dX = X @ dG
    dX += X @ dG.T
    return result, dX
