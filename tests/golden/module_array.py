import numpy as np


def value_and_grad_module_array(x, *, GRID):
    # forward pass
    total = np.sum(GRID[1:3])                      # (1)
    result = np.sum(np.sin(GRID * x) + total * x)
    # backprop return np.sum(np.sin(GRID * x) + GRID[1:3].sum() * x)  (1)
    dx = np.sum(GRID * np.cos(GRID * x))
    dx += total * GRID.shape[0]
    return result, dx
