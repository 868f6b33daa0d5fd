import numpy as np


def value_and_grad_newton_for_each(a, x):
    # forward pass
    dx = np.zeros_like(x)
    da = np.zeros_like(a)
    roots = []  # kept for the reverse
    total = 0.0                                    # (1)
    for i in range(len(a)):
        root = x[i]                                # (2)
        # backprop total += root * (i + 1)           (6)
        droot = float(i + 1)
        if a[i] > 0.0:                             # (3)
            turns = 0                              # (4)
            while abs(root * root - a[i]) > 1e-10:
                roots.append(root)
                root = 0.5 * (root + a[i] / root)  # (5)
                turns += 1                         # (4)
            # backprop while abs(root * root - a[i]) > 1e-10  (4)
            for _ in range(turns):
                root_1 = roots.pop()
                # backprop root = 0.5 * (root + a[i] / root)  (5)
                da[i] += 0.5 / root_1 * droot
                droot *= 0.5 * (1 - a[i] / root_1**2)
        total += root * (i + 1)                    # (6)
        # backprop root = x[i]                       (2)
        dx[i] += droot
    return total, (da, dx)
