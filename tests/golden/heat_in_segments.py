import math

import numpy as np


def value_and_grad_heat_in_segments(u, alpha, steps, observed):
    # forward pass
    exps = (
        np.empty((max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1), max(u.shape[0] - 2, 0)))  # kept for the reverse
    )
    kept_u = []  # kept for the reverse
    heres = (
        np.empty((max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1), max(u.shape[0] - 2, 0)))  # kept for the reverse
    )
    totals = (
        np.empty((max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1), max(u.shape[0] - 2, 0)))  # kept for the reverse
    )
    u = u.copy()                                   # (1)
    for i in range(0, steps, max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1)):
        kept_u.append(u.copy())
        for i_1 in range(np.minimum(max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1), steps - i)):
            left = u[0]                            # (2)
            for i_2 in range(1, len(u) - 1):       # (3)
                here = u[i_2]                      # (4)
                u[i_2] = here + alpha * (left - 2 * here + u[i_2 + 1]) * math.exp(-here * here)  # (5)
                left = here
    result = np.sum((u - observed) ** 2)           # (6)
    # backprop return np.sum((u - observed) ** 2)    (6)
    du = 2 * (u - observed)
    # backprop for _ in range(steps)                 (1)
    dalpha = 0.0
    for i in range((steps - (1 if max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1) > 0 else -1)) // (max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1)) * (max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1)), -(max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1)), -(max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1))):
        u_1 = kept_u.pop()
        smaller = np.minimum(max(1000 // (max(24 * (max(u.shape[0] - 2, 0)), 1)), 1), steps - i)  # (1)
        for i_1 in range(smaller):
            left = u_1[0]                          # (2)
            for i_2 in range(1, len(u_1) - 1):     # (3)
                here = u_1[i_2]                    # (4)
                heres[i_1, i_2 - 1] = here
                total = left - 2 * here + u_1[i_2 + 1]  # (5)
                totals[i_1, i_2 - 1] = total
                exp = math.exp(-here * here)
                exps[i_1, i_2 - 1] = exp
                u_1[i_2] = here + alpha * total * exp
                left = here
        # backprop for _ in range(steps)             (1)
        for i_1 in range(smaller - 1, -1, -1):
            # backprop for i in range(1, len(u) - 1)  (3)
            dleft = 0.0
            for i_2 in range(u.shape[0] - 2, 0, -1):
                exp = exps[i_1, i_2 - 1]
                total = totals[i_1, i_2 - 1]
                here = heres[i_1, i_2 - 1]
                dhere = dleft
                # backprop u[i] = here + alpha * (left - 2 * here + u[i + 1]) * math.exp(-here ...  (5)
                dtotal_1 = du[i_2]
                dhere += (1 - 2 * alpha * exp) * dtotal_1
                dalpha += exp * total * dtotal_1
                dleft = alpha * exp * dtotal_1
                dhere -= 2 * here * (alpha * total * exp * dtotal_1)
                du[i_2 + 1] += alpha * exp * dtotal_1
                # backprop here = u[i]               (4)
                du[i_2] = dhere
            # backprop left = u[0]                   (2)
            du[0] += dleft
    return result, (du, dalpha)
