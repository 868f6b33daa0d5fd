import numpy as np


def value_and_grad_pairs_with_a_cutoff(x, y, cutoff):
    # forward pass
    taken = np.empty((len(x), max(len(x) - 1, 0)), dtype=np.bool_)  # kept for the reverse
    s6s = np.empty((len(x), max(len(x) - 1, 0)))  # kept for the reverse
    r2s = np.empty((len(x), max(len(x) - 1, 0)))  # kept for the reverse
    energy = 0.0                                   # (1)
    for i in range(len(x)):
        for j in range(i + 1, len(x)):             # (2)
            r2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2  # (3)
            r2s[i, j - 1 - i] = r2
            condition = r2 > cutoff**2             # (4)
            taken[i, j - 1 - i] = condition
            if not condition:
                s6 = 1.0 / r2**3                   # (5)
                s6s[i, j - 1 - i] = s6
                energy += s6 * s6 - s6             # (6)
    # backprop for i in range(len(x))                (1)
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    for i in range(len(x)):
        # backprop for j in range(i + 1, len(x))     (2)
        for j in range(i + 1, len(x)):
            condition = taken[i, j - 1 - i]
            r2 = r2s[i, j - 1 - i]
            difference = x[i] - x[j]               # (3)
            difference_1 = y[i] - y[j]
            # backprop if r2 > cutoff**2             (4)
            if condition:
                dr2 = 0.0
            else:
                s6 = s6s[i, j - 1 - i]
                # backprop energy += s6 * s6 - s6    (6)
                ds6 = 2 * s6 - 1
                # backprop s6 = 1.0 / r2**3          (5)
                dr2 = -3 * r2**2 * s6**2 * ds6
            # backprop r2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2  (3)
            dy[j] -= 2 * difference_1 * dr2
            dy[i] += 2 * difference_1 * dr2
            dx[j] -= 2 * difference * dr2
            dx[i] += 2 * difference * dr2
    return energy, (dx, dy)
