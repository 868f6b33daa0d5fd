import numpy as np


def value_and_grad_standardised_in_place(X):
    # forward pass
    X_1 = X - np.mean(X, axis=0)                   # (1)
    sqrt = np.sqrt(np.mean(X_1**2, axis=0) + 1e-06)  # (2)
    X_2 = X_1 / sqrt
    result = np.sum(X_2[0] ** 3) + X_2[1, 0]       # (3)
    # backprop return np.sum(X[0] ** 3) + X[1, 0]    (3)
    dX_2 = np.zeros_like(X_2)
    dX_2[1, 0] += 1.0
    dX_2[0] += 3 * X_2[0] ** 2
    # backprop X /= np.sqrt((X**2).mean(axis=0) + 1e-6)  (2)
    dX_1 = dX_2 / sqrt
    dX_1 += 2 * X_1 * (0.5 / sqrt * np.sum(-X_2 / sqrt * dX_2, axis=0) / X.shape[0])
    # backprop X -= X.mean(axis=0)                   (1)
    dX = dX_1
    dX -= np.sum(dX_1, axis=0) / X.shape[0]
    return result, dX
