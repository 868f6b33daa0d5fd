import numpy as np


def value_and_grad_palindrome_part(x):
    # forward pass
    backwards = x[::-1]                            # (1)
    half = len(x) // 2                             # (2)
    x_1 = x.copy()                                 # (3)
    x_1[:half] = x[:half] + backwards[:half] ** 2
    steps = np.arange(len(x))                      # (4)
    result = np.sum(x_1 * steps)
    # backprop return np.sum(x * np.arange(len(x)))  (4)
    dx_1 = steps * 1.0
    # backprop x[:half] += backwards[:half] ** 2     (3)
    dbackwards = np.zeros_like(backwards)
    dbackwards[:half] += 2 * backwards[:half] * dx_1[:half]
    dx = dx_1
    # backprop backwards = x[::-1]                   (1)
    dx[::-1] += dbackwards
    return result, dx
