import numpy as np


def value_and_grad_smoothed_in_single_precision(u, rate, steps):
    # forward pass
    u_is = (
        np.empty((max(steps, 0), max(u.shape[0] - 1, 0)), dtype=np.float32)  # kept for the reverse
    )
    elements = (
        np.empty((max(steps, 0), max(u.shape[0] - 1, 0)), dtype=np.float32)  # kept for the reverse
    )
    u = u.copy()                                   # (1)
    for turn in range(steps):
        for i in range(1, len(u)):                 # (2)
            u_i = u[i]                             # (3)
            u_is[turn, i - 1] = u_i
            element = u[i - 1]
            elements[turn, i - 1] = element
            u[i] = (1 - rate) * u_i + rate * element
        u = u * 0.5                                # (4)
    result = np.sum(u * u)                         # (5)
    # backprop return np.sum(u * u)                  (5)
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    drate = 0.0
    for turn in range(steps - 1, -1, -1):
        # backprop u *= 0.5                          (4)
        du = 0.5 * du
        # backprop for i in range(1, len(u))         (2)
        for i in range(u.shape[0] - 1, 0, -1):
            u_i = u_is[turn, i - 1]
            element = elements[turn, i - 1]
            # backprop u[i] = (1 - rate) * u[i] + rate * u[i - 1]  (3)
            dtotal = du[i]
            drate += float(element * dtotal)
            du[i - 1] += rate * dtotal
            du[i] = (1 - rate) * dtotal
            drate -= float(u_i * dtotal)
    return result, (du, drate)
