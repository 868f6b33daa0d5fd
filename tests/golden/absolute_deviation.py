import numpy as np


def value_and_grad_absolute_deviation(x, centre):
    # forward pass
    difference = x - centre                        # (1)
    abs_x = np.abs(x)
    total = np.sum(x * x)
    result = np.mean(np.abs(difference)) + np.sum(abs_x ** 1.5) + np.sqrt(total)
    # backprop return np.mean(np.abs(x - centre)) + np.sum(abs(x) ** 1.5) + np.sqrt(np.sum(x * x))  (1)
    dx = 2 * x * (0.5 / np.sqrt(total))
    dx += np.sign(x) * (1.5 * np.sqrt(abs_x))
    ddifference = np.sign(difference) / x.shape[0]
    dx += ddifference
    dcentre = -np.sum(ddifference)
    return result, (dx, dcentre)
