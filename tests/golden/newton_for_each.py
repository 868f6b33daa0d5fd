import numpy as np


def value_and_grad_newton_for_each(a, x):
    # forward pass
    taken = np.empty(len(a), dtype=np.bool_)  # kept for the reverse
    kept_turns = np.empty(len(a), dtype=np.int64)  # kept for the reverse
    roots = []  # kept for the reverse
    total = 0.0                                    # (1)
    for i in range(len(a)):
        root = x[i]                                # (2)
        condition = a[i] > 0.0                     # (3)
        taken[i] = condition
        if condition:
            turns = 0                              # (4)
            while abs(root * root - a[i]) > 1e-10:
                roots.append(root)
                root = 0.5 * (root + a[i] / root)  # (5)
                turns += 1                         # (4)
            kept_turns[i] = turns
        total += root * (i + 1)                    # (6)
    # backprop for i in range(len(a))                (1)
    dx = np.zeros_like(x)
    da = np.zeros_like(a)
    for i in range(len(a) - 1, -1, -1):
        condition = taken[i]
        # backprop total += root * (i + 1)           (6)
        droot = float(i + 1)
        # backprop if a[i] > 0.0                     (3)
        if condition:
            turns = kept_turns[i]
            # backprop while abs(root * root - a[i]) > 1e-10  (4)
            for _ in range(turns):
                root = roots.pop()
                # backprop root = 0.5 * (root + a[i] / root)  (5)
                da[i] += 0.5 / root * droot
                droot *= 0.5 * (1 - a[i] / root**2)
        # backprop root = x[i]                       (2)
        dx[i] += droot
    return total, (da, dx)
