import numpy as np


def value_and_grad_relu_by_maximum(x):
    # forward pass
    result = np.sum(np.maximum(x, 0))              # (1)
    # backprop return np.sum(np.maximum(x, 0))       (1)
    dx = np.where(x > 0, 1.0, np.where(x == 0, 0.5, 0.0))
    return result, dx
