import numpy as np


def value_and_grad_slices_with_steps(x):
    # forward pass
    result = (                                     # (1)
        np.sum(x[::2, 1:] * x[1::2, :-1]) + np.sum(x[::-1] * x) + x[-1, -1] ** 2 + np.sum(x[:, 0])
    )
    # backprop return np.sum(x[::2, 1:] * x[1::2, :-1]) + np.sum(x[::-1] * x) + x[-1, -1] ** 2 ...  (1)
    dx = x[::-1].copy()
    dx[:, 0] += 1.0
    dx[-1, -1] += 2 * x[-1, -1]
    dx[::-1] += x
    dx[1::2, :-1] += x[::2, 1:]
    dx[::2, 1:] += x[1::2, :-1]
    return result, dx
