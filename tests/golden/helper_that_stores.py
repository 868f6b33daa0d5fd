import numpy as np


def value_and_grad_helper_that_stores(u, rate, steps):
    # forward pass
    kept_u = np.empty((max(steps, 0), u.shape[0]))  # kept for the reverse
    u = u.copy()                                   # (1)
    for turn in range(steps):
        kept_u[turn] = u
        u[1:-1] += rate * (u[2:] - 2.0 * u[1:-1] + u[:-2]) * np.cos(u[1:-1])  # (2)
    result = np.sum(u**2)                          # (3)
    # backprop return np.sum(u**2)                   (3)
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    drate = 0.0
    for turn in range(steps - 1, -1, -1):
        u_1 = kept_u[turn]
        total = u_1[2:] - 2.0 * u_1[1:-1] + u_1[:-2]  # (2)
        cos = np.cos(u_1[1:-1])
        # backprop field[1:-1] += rate * (field[2:] - 2.0 * field[1:-1] + field[:-2]) * ...  (2)
        dtotal_1 = du[1:-1].copy()
        drate += np.sum(cos * total * dtotal_1)
        dpart = rate * cos * dtotal_1
        du[1:-1] = -rate * np.sin(u_1[1:-1]) * total * dtotal_1
        du[:-2] += dpart
        du[1:-1] -= 2 * rate * cos * dtotal_1
        du[2:] += dpart
        du[1:-1] += dtotal_1
    return result, (du, drate)
