import numpy as np


def value_and_grad_compensated_sum(x):
    # forward pass
    total = 0.0                                    # (1)
    lost = 0.0
    for i in range(x.shape[0]):
        value = x[i]
        y = value**3 - lost                        # (2)
        t = total + y                              # (3)
        lost = t - total - y                       # (4)
        total = t
    # backprop for value in x                        (1)
    dx = np.zeros_like(x)
    dtotal = 1.0
    dlost = 0.0
    for i in range(x.shape[0] - 1, -1, -1):
        value = x[i]                               # (1)
        dt = dtotal
        # backprop lost = (t - total) - y            (4)
        dt += dlost
        dtotal = -dlost
        dy = -dlost
        # backprop t = total + y                     (3)
        dtotal += dt
        dy += dt
        # backprop y = value**3 - lost               (2)
        dvalue = 3 * value**2 * dy
        dlost = -dy
        # backprop for value in x                    (1)
        dx[i] += dvalue
    return total, dx
