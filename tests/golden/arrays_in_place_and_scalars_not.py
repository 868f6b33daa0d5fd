import numpy as np


def value_and_grad_arrays_in_place_and_scalars_not(x, s):
    # forward pass
    x_1 = x * 2.0                                  # (1)
    t = s * 2.0                                    # (2)
    x_1[0] += t                                    # (3)
    total = np.sum(x_1 * x_1)                      # (4)
    result = total * s
    # backprop return np.sum(x * x) * s              (4)
    ds = total
    dx_1 = 2 * x_1 * s
    # backprop y[0] += t                             (3)
    dt = dx_1[0]
    # backprop t *= 2.0                              (2)
    ds += 2 * dt
    # backprop y *= 2.0                              (1)
    dx = 2 * dx_1
    return result, (dx, ds)
