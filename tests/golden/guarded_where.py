import numpy as np


def value_and_grad_guarded_where(x):
    # forward pass
    x_above_0 = x > 0                              # (1)
    safe = np.where(x_above_0, x, 1.0)
    x_above_0_1 = x > 0                            # (2)
    result = np.sum(np.where(x_above_0_1, np.log(safe) * x, 0.0))
    # backprop return np.sum(np.where(x > 0, np.log(safe) * x, 0.0))  (2)
    dsafe = np.where(x_above_0_1, x / safe, 0.0)
    dx = np.where(x_above_0_1, np.log(safe), 0.0)
    # backprop safe = np.where(x > 0, x, 1.0)        (1)
    dx += np.where(x_above_0, dsafe, 0.0)
    return result, dx
