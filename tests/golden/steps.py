import numpy as np


def value_and_grad_steps(x):
    # forward pass
    result = np.sign(x) + x // 1.0 + int(np.floor(x)) + x  # (1)
    # backprop return np.sign(x) + x // 1.0 + math.floor(x) + x  (1)
    dx = 1.0
    return result, dx
