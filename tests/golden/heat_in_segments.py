import math

import numpy as np


def value_and_grad_heat_in_segments(u, alpha, steps, observed):
    # forward pass
    segment = max(1000 // max(24 * max(u.shape[0] - 2, 0), 1), 1)  # (1)
    exps = np.empty((segment, max(u.shape[0] - 2, 0)))  # kept for the reverse
    kept_u = []  # kept for the reverse
    heres = np.empty((segment, max(u.shape[0] - 2, 0)))  # kept for the reverse
    totals = np.empty((segment, max(u.shape[0] - 2, 0)))  # kept for the reverse
    u = u.copy()
    for first in range(0, steps, segment):
        kept_u.append(u.copy())
        for turn in range(min(segment, steps - first)):
            left = u[0]                            # (2)
            for i in range(1, len(u) - 1):         # (3)
                here = u[i]                        # (4)
                u[i] = here + alpha * (left - 2 * here + u[i + 1]) * math.exp(-here * here)  # (5)
                left = here
    result = np.sum((u - observed) ** 2)           # (6)
    # backprop return np.sum((u - observed) ** 2)    (6)
    du = 2 * (u - observed)
    # backprop for _ in range(steps)                 (1)
    dalpha = 0.0
    for first in range((steps - (1 if segment > 0 else -1)) // segment * segment, -segment, -segment):
        u_1 = kept_u.pop()
        smaller = min(segment, steps - first)      # (1)
        for turn in range(smaller):
            left = u_1[0]                          # (2)
            for i in range(1, len(u_1) - 1):       # (3)
                here = u_1[i]                      # (4)
                heres[turn, i - 1] = here
                total = left - 2 * here + u_1[i + 1]  # (5)
                totals[turn, i - 1] = total
                exp = math.exp(-here * here)
                exps[turn, i - 1] = exp
                u_1[i] = here + alpha * total * exp
                left = here
        # backprop for _ in range(steps)             (1)
        for turn in range(smaller - 1, -1, -1):
            # backprop for i in range(1, len(u) - 1)  (3)
            dleft = 0.0
            for i in range(u.shape[0] - 2, 0, -1):
                exp = exps[turn, i - 1]
                total = totals[turn, i - 1]
                here = heres[turn, i - 1]
                dhere = dleft
                # backprop u[i] = here + alpha * (left - 2 * here + u[i + 1]) * math.exp(-here ...  (5)
                dtotal_1 = du[i]
                dhere += (1 - 2 * alpha * exp) * dtotal_1
                dalpha += exp * total * dtotal_1
                dleft = alpha * exp * dtotal_1
                dhere -= 2 * here * (alpha * total * exp * dtotal_1)
                du[i + 1] += alpha * exp * dtotal_1
                # backprop here = u[i]               (4)
                du[i] = dhere
            # backprop left = u[0]                   (2)
            du[0] += dleft
    return result, (du, dalpha)
