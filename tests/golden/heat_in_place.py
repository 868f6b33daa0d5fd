import numpy as np


def value_and_grad_heat_in_place(u, alpha, steps, observed):
    # forward pass
    totals = np.empty((max(steps, 0), max(u.shape[0] - 2, 0)))  # kept for the reverse
    u = u.copy()                                   # (1)
    for turn in range(steps):
        left = u[0]                                # (2)
        for i in range(1, len(u) - 1):             # (3)
            here = u[i]                            # (4)
            total = left - 2 * here + u[i + 1]     # (5)
            totals[turn, i - 1] = total
            u[i] = here + alpha * total
            left = here
    result = np.sum((u - observed) ** 2)           # (6)
    # backprop return np.sum((u - observed) ** 2)    (6)
    du = 2 * (u - observed)
    # backprop for _ in range(steps)                 (1)
    dalpha = 0.0
    for turn in range(steps - 1, -1, -1):
        # backprop for i in range(1, len(u) - 1)     (3)
        dleft = 0.0
        for i in range(u.shape[0] - 2, 0, -1):
            total = totals[turn, i - 1]
            dhere = dleft
            # backprop u[i] = here + alpha * (left - 2 * here + u[i + 1])  (5)
            dtotal_1 = du[i]
            dhere += (1 - 2 * alpha) * dtotal_1
            dalpha += total * dtotal_1
            dleft = alpha * dtotal_1
            du[i + 1] += alpha * dtotal_1
            # backprop here = u[i]                   (4)
            du[i] = dhere
        # backprop left = u[0]                       (2)
        du[0] += dleft
    return result, (du, dalpha)
