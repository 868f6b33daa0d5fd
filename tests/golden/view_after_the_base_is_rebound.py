import numpy as np


def value_and_grad_view_after_the_base_is_rebound(x):
    # forward pass
    tail = x[2:]                                   # (1)
    x_1 = x * 2.0                                  # (2)
    x = x.copy()                                   # (3)
    x[2] = 7.0
    tail_1 = x[2:]                                 # (4)
    x_1_2 = x_1[2]
    x_1[0] = tail_1[1] * x_1_2
    result = np.sum(x_1) + np.sum(tail_1**2)       # (5)
    # backprop return np.sum(x) + np.sum(tail**2)    (5)
    dtail_1 = 2 * tail_1
    dx_1 = 1.0
    dx_1_ = np.full(x.shape[0], dx_1)
    # backprop x[0] = tail[1] * x[2]                 (4)
    dproduct = dx_1_[0]
    dx_1_[0] = 0.0
    dx_1_[2] += tail_1[1] * dproduct
    dx = np.zeros_like(x)
    dx[3] += x_1_2 * dproduct
    dx[2:] += dtail_1
    # backprop tail[0] = 7.0                         (3)
    dx[2] = 0.0
    # backprop x = x * 2.0                           (2)
    dx += 2 * dx_1_
    return result, dx
