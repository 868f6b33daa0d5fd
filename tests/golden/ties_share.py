import numpy as np


def value_and_grad_ties_share(x):
    # forward pass
    largest = np.max(x, axis=0)                    # (1)
    per_column = np.sum(largest)
    largest_1 = np.max(x)                          # (2)
    result = largest_1 * 3.0 + per_column + np.sum(np.maximum(x, 1.0)) + np.sum(np.minimum(x, 1.0))
    # backprop return np.max(x) * 3.0 + per_column + np.sum(np.maximum(x, 1.0)) + ...  (2)
    dper_column = 1.0
    choice = np.where(x == 1.0, 0.5, 0.0)
    dx = np.where(x < 1.0, 1.0, choice)
    dx += np.where(x > 1.0, 1.0, choice)
    x_is_largest_1 = x == largest_1
    dx += np.where(x_is_largest_1, 3.0 / np.sum(x_is_largest_1), 0.0)
    # backprop per_column = np.sum(np.max(x, axis=0))  (1)
    x_is_largest = x == largest
    dx += np.where(x_is_largest, dper_column / np.sum(x_is_largest, axis=0, keepdims=True), 0.0)
    return result, dx
