import numpy as np


def value_and_grad_pairwise_distances(X, Y):
    # forward pass
    difference = X[:, None] - Y[None]              # (1)
    distance = np.sqrt(np.sum(difference**2, axis=2))  # (2)
    exp = np.exp(-distance)                        # (3)
    result = np.sum(exp) + distance[0, 1]
    # backprop return np.sum(np.exp(-distance)) + distance[0, 1]  (3)
    ddistance = -exp
    ddistance[0, 1] += 1.0
    # backprop distance = np.sqrt(np.sum(difference**2, axis=-1))  (2)
    ddifference = 2 * difference * (0.5 / distance * ddistance)[:, :, None]
    # backprop difference = X[:, None, :] - Y[None, :, :]  (1)
    dY = -np.sum(ddifference, axis=0)
    dX = np.sum(ddifference, axis=1)
    return result, (dX, dY)
