import numpy as np


def value_and_grad_helper_mutates_its_argument(u, rate, steps):
    # forward pass
    totals = np.empty((max(steps, 0), u.shape[0] - 2))  # kept for the reverse
    u = u.copy()                                   # (1)
    flux = 0.0
    for turn in range(steps):
        total = u[2:] - 2.0 * u[1:-1] + u[:-2]     # (2)
        totals[turn] = total
        u[1:-1] += rate * total
        flux += u[0]                               # (3)
        u[0] = u[0] * 0.9                          # (4)
    result = np.sum(u**2) + flux                   # (5)
    # backprop return np.sum(u**2) + flux            (5)
    dflux = 1.0
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    drate = 0.0
    for turn in range(steps - 1, -1, -1):
        total = totals[turn]
        # backprop u[0] *= 0.9                       (4)
        du[0] = 0.9 * du[0]
        # backprop return field[0]                   (6)
        du[0] += dflux
        # backprop field[1:-1] += rate * (field[2:] - 2.0 * field[1:-1] + field[:-2])  (2)
        dtotal_1 = du[1:-1].copy()
        du[1:-1] = 0.0
        drate += np.sum(total * dtotal_1)
        dpart = rate * dtotal_1
        du[:-2] += dpart
        du[1:-1] -= 2 * rate * dtotal_1
        du[2:] += dpart
        du[1:-1] += dtotal_1
    return result, (du, drate)
