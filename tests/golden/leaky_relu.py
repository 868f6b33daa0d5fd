import numpy as np


def value_and_grad_leaky_relu(x, slope):
    # forward pass
    x_above_0 = x > 0                              # (1)
    choice = np.where(x_above_0, x, slope * x)
    result = np.sum(choice**2)
    # backprop return np.sum(np.where(x > 0, x, slope * x) ** 2)  (1)
    dchoice = 2 * choice
    dx = np.where(x_above_0, dchoice, 0.0)
    dslope = np.sum(np.where(x_above_0, 0.0, x * dchoice))
    dx += np.where(x_above_0, 0.0, slope * dchoice)
    return result, (dx, dslope)
