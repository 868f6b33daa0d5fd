import numpy as np


def value_and_grad_pairs_with_a_cutoff(x, y, cutoff):
    # forward pass
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    energy = 0.0                                   # (1)
    for i in range(len(x)):
        for j in range(i + 1, len(x)):             # (2)
            r2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2  # (3)
            if r2 > cutoff**2:                     # (4)
                dr2 = 0.0
            else:
                s6 = 1.0 / r2**3                   # (5)
                energy += s6 * s6 - s6             # (6)
                # backprop energy += s6 * s6 - s6    (6)
                ds6 = 2 * s6 - 1
                # backprop s6 = 1.0 / r2**3          (5)
                dr2 = -3 * r2**2 * s6**2 * ds6
            # backprop r2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2  (3)
            dy[j] -= 2 * (y[i] - y[j]) * dr2
            dy[i] += 2 * (y[i] - y[j]) * dr2
            dx[j] -= 2 * (x[i] - x[j]) * dr2
            dx[i] += 2 * (x[i] - x[j]) * dr2
    return energy, (dx, dy)
