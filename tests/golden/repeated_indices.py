import numpy as np


def value_and_grad_repeated_indices(x, index):
    # forward pass
    part = x[index]                                # (1)
    table = np.array([1, 1, 1])
    total = np.sum(x[table])
    result = np.sum(part**2) + total * x[0]
    # backprop return np.sum(x[index] ** 2) + x[np.array([1, 1, 1])].sum() * x[0]  (1)
    dx = np.zeros_like(x)
    dx[0] += total
    np.add.at(dx, table, x[0])
    np.add.at(dx, index, 2 * part)
    return result, dx
