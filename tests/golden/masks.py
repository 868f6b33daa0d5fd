import numpy as np


def value_and_grad_masks(x, slope, floor):
    # forward pass
    x_below_0 = x < 0                              # (1)
    x_1 = x * slope
    x_2 = np.where(x_below_0, x_1, x)
    x_2_above_1 = x_2 > 1.0                        # (2)
    x_3 = np.where(x_2_above_1, floor, x_2)
    kept = x_3 > floor                             # (3)
    sqrt = np.sqrt(x_3 + 1.0)                      # (4)
    x_4 = np.where(kept, sqrt, x_3)
    result = np.sum(x_4**2)                        # (5)
    # backprop return np.sum(x**2)                   (5)
    dx_4 = 2 * x_4
    # backprop x[kept] = np.sqrt(x[kept] + 1.0)      (4)
    dx_3 = np.where(kept, 0.0, dx_4)
    dx_3 += np.where(kept, 0.5 / sqrt * dx_4, 0.0)
    # backprop x[x > 1.0] = floor                    (2)
    dfloor = np.sum(np.where(x_2_above_1, dx_3, 0.0))
    dx_2 = np.where(x_2_above_1, 0.0, dx_3)
    # backprop x[x < 0] *= slope                     (1)
    dx_1 = np.where(x_below_0, dx_2, 0.0)
    dx = np.where(x_below_0, 0.0, dx_2)
    dx += np.where(x_below_0, np.where(x_2_above_1, 0.0, slope * dx_1), 0.0)
    dslope = np.sum(np.where(x_below_0, np.where(x_2_above_1, 0.0, x * dx_1), 0.0))
    return result, (dx, dslope, dfloor)
