import numpy as np


def value_and_grad_compensated_sum(x):
    # forward pass
    total = 0.0                                    # (1)
    lost = 0.0
    for i in range(x.shape[0]):
        value = x[i]                               # (2)
        y = value**3 - lost                        # (3)
        t = total + y                              # (4)
        lost = t - total - y                       # (5)
        total = t
    # backprop for value in x                        (1)
    dx = np.zeros(x.shape[0])
    dtotal = 1.0
    dlost = 0.0
    for i in range(x.shape[0] - 1, -1, -1):
        dt = dtotal
        # backprop lost = (t - total) - y            (5)
        dt += dlost
        dtotal = -dlost
        dy = -dlost
        # backprop t = total + y                     (4)
        dtotal += dt
        dy += dt
        value = x[i]                               # (2)
        # backprop y = value**3 - lost               (3)
        dvalue = 3 * value**2 * dy
        dlost = -dy
        # backprop total = t                         (2)
        dx[i] += dvalue
    return total, dx
