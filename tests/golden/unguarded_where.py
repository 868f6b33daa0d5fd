import numpy as np


def value_and_grad_unguarded_where(x):
    # forward pass
    x_above_0 = x > 0                              # (1)
    x_is_not_0 = x != 0
    ratio = 1.0 / x
    result = np.sum(np.where(x_above_0, np.log(x), 0.0)) + np.sum(np.where(x_is_not_0, ratio, x))
    # backprop return np.sum(np.where(x > 0, np.log(x), 0.0)) + np.sum(np.where(x != 0, 1.0 / x, x))  (1)
    dx = np.where(x_is_not_0, 0.0, 1.0)
    dx += np.where(x_is_not_0, -ratio**2, 0.0)
    dx += np.where(x_above_0, 1 / x, 0.0)
    return result, dx
