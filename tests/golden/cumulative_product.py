import numpy as np


def value_and_grad_cumulative_product(x, *, GRID):
    # forward pass
    running = 1.0 * x[0]                           # (1)
    running_1 = running * x[1]                     # (2)
    running_2 = running_1 * x[2]                   # (3)
    running_3 = running_2 * x[3]                   # (4)
    result = np.sum(np.array([running, running_1, running_2, running_3]) * GRID[:4])  # (5)
    # backprop return np.sum(np.array(products) * GRID[:4])  (5)
    drunning = GRID[:4][0]
    drunning_1 = GRID[:4][1]
    drunning_2 = GRID[:4][2]
    drunning_3 = GRID[:4][3]
    # backprop running = running * x[k]              (4)
    drunning_2 += x[3] * drunning_3
    dx = np.zeros_like(x)
    dx[3] += running_2 * drunning_3
    # backprop running = running * x[k]              (3)
    drunning_1 += x[2] * drunning_2
    dx[2] += running_1 * drunning_2
    # backprop running = running * x[k]              (2)
    drunning += x[1] * drunning_1
    dx[1] += running * drunning_1
    # backprop running = running * x[k]              (1)
    dx[0] += drunning
    return result, dx
