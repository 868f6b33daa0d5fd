import numpy as np


def value_and_grad_wave_equation(u, v, courant, steps):
    # forward pass
    totals = np.empty((max(steps, 0), max(u.shape[0] - 2, 0)))  # kept for the reverse
    u = u.copy()                                   # (1)
    v = v.copy()
    for turn in range(steps):
        for i in range(1, len(u) - 1):             # (2)
            total = u[i + 1] - 2.0 * u[i] + u[i - 1]  # (3)
            totals[turn, i - 1] = total
            v[i] = 2.0 * u[i] - v[i] + courant * total
        u, v = v, u
    result = np.sum(u * u)                         # (4)
    # backprop return np.sum(u * u)                  (4)
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    dv = np.zeros_like(v)
    dcourant = 0.0
    for turn in range(steps - 1, -1, -1):
        dv_ = du
        du = dv
        # backprop for i in range(1, len(u) - 1)     (2)
        dv = dv_
        for i in range(u.shape[0] - 2, 0, -1):
            total = totals[turn, i - 1]
            # backprop v[i] = 2.0 * u[i] - v[i] + courant * (u[i + 1] - 2.0 * u[i] + u[i - 1])  (3)
            dtotal_1 = dv[i]
            dcourant += total * dtotal_1
            du[i - 1] += courant * dtotal_1
            du[i] -= 2 * courant * dtotal_1
            du[i + 1] += courant * dtotal_1
            dv[i] = -dtotal_1
            du[i] += 2 * dtotal_1
    return result, (du, dv, dcourant)
