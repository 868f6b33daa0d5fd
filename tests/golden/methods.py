import numpy as np


def value_and_grad_methods(x):
    # forward pass
    y = x.reshape(2, x.shape[0] // 2).T            # (1)
    total = np.sum(y, axis=0)                      # (2)
    mean = np.mean(y, axis=0)
    largest = np.max(x)
    smallest = np.min(x)
    reshaped = y.reshape(2 * (x.shape[0] // 2))
    result = total @ mean + largest - smallest + reshaped[1] + np.sum(x)
    # backprop return y.sum(axis=0).dot(y.mean(axis=0)) + x.max() - x.min() + y.flatten()[1] + ...  (2)
    dreshaped = np.zeros_like(reshaped)
    dreshaped[1] += 1.0
    dy = dreshaped.reshape(x.shape[0] // 2, 2)
    x_is_smallest = x == smallest
    dx = 1.0 + np.where(x_is_smallest, -1.0 / np.sum(x_is_smallest), 0.0)
    x_is_largest = x == largest
    dx += np.where(x_is_largest, 1.0 / np.sum(x_is_largest), 0.0)
    dy += total / (x.shape[0] // 2)
    dy += mean
    # backprop y = x.reshape(2, -1).transpose()      (1)
    dx += dy.T.reshape(x.shape[0])
    return result, dx
