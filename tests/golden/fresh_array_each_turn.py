import numpy as np


def value_and_grad_fresh_array_each_turn(u, k, steps):
    # forward pass
    tapes = np.empty((max(steps, 0), u.shape[0] - 1))  # kept for the reverse
    for turn in range(steps):                      # (1)
        new = u                                    # (2)
        tapes[turn] = u[:-1]                       # (3)
        new_1 = new.copy()
        new_1[1:] = new[1:] + k * u[:-1]
        new_1[0] = k                               # (4)
        u = new_1
    result = np.sum(u**2)                          # (5)
    # backprop return np.sum(u**2)                   (5)
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    dk = 0.0
    for turn in range(steps - 1, -1, -1):
        kept = tapes[turn]
        dnew_1 = du
        # backprop new[0] = k                        (4)
        dk += dnew_1[0]
        dnew_1[0] = 0.0
        # backprop new[1:] += k * u[:-1]             (3)
        dtotal = dnew_1[1:].copy()
        dnew_1[1:] = 0.0
        dk += np.sum(kept * dtotal)
        dpart = k * dtotal
        # backprop new = u.copy()                    (2)
        dnew_1[:-1] += dpart
        dnew_1[1:] += dtotal
        du = dnew_1
    return result, (du, dk)
