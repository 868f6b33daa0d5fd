import numpy as np


def value_and_grad_heat_by_overlapping_slices(u, k, steps):
    # forward pass
    totals = np.empty((max(steps, 0), u.shape[0] - 2))  # kept for the reverse
    u = u.copy()                                   # (1)
    for turn in range(steps):
        total = u[2:] - 2 * u[1:-1] + u[:-2]       # (2)
        totals[turn] = total
        u[1:-1] += k * total
    result = np.sum(u**2)                          # (3)
    # backprop return np.sum(u**2)                   (3)
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    dk = 0.0
    for turn in range(steps - 1, -1, -1):
        total = totals[turn]
        # backprop u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])  (2)
        dtotal_1 = du[1:-1].copy()
        du[1:-1] = 0.0
        dk += np.sum(total * dtotal_1)
        dpart = k * dtotal_1
        du[:-2] += dpart
        du[1:-1] -= 2 * k * dtotal_1
        du[2:] += dpart
        du[1:-1] += dtotal_1
    return result, (du, dk)
