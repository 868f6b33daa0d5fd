import numpy as np


def value_and_grad_spring_chain(x, stiffness):
    # forward pass
    stretch = x[1:] - x[:-1] - 1.0                 # (1)
    result = 0.5 * np.sum(stiffness * stretch**2) + x @ x / 2  # (2)
    # backprop return 0.5 * np.sum(stiffness * stretch**2) + np.dot(x, x) / 2  (2)
    dx = 0.5 * x
    dx = dx + dx
    dstiffness = stretch**2 * 0.5
    dstretch = 2 * stiffness * stretch * 0.5
    # backprop stretch = np.diff(x) - 1.0            (1)
    dx[:-1] -= dstretch
    dx[1:] += dstretch
    return result, (dx, dstiffness)
