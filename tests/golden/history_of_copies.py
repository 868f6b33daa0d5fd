import numpy as np


def value_and_grad_history_of_copies(u, k, steps):
    # forward pass
    h = u                                          # (1)
    u_1 = u.copy()                                 # (2)
    u_1[1:] = u[1:] + k * u[:-1]
    h_1 = u_1                                      # (3)
    u_2 = u_1.copy()                               # (4)
    u_2[1:] = u_1[1:] + k * u_1[:-1]
    h_2 = u_2                                      # (5)
    u_3 = u_2.copy()                               # (6)
    u_3[1:] = u_2[1:] + k * u_2[:-1]
    h_3 = u_3                                      # (7)
    kept_u = np.empty((max(steps, 0), u.shape[0]))  # kept for the reverse
    for turn in range(steps):                      # (8)
        kept_u[turn] = u_3
        u_3 = u_3 * k                              # (9)
    result = 0 + np.sum(h * u_3) + np.sum(h_1 * u_3) + np.sum(h_2 * u_3) + np.sum(h_3 * u_3)  # (10)
    # backprop return sum(np.sum(h * u) for h in history)  (10)
    dh_3 = u_3
    dh_2 = u_3
    du_3 = h_3 + h_2
    dh_1 = u_3
    du_3 += h_1
    dh = u_3
    du_3 += h
    # backprop for _ in range(steps)                 (8)
    dk = 0.0
    for turn in range(steps - 1, -1, -1):
        u_4 = kept_u[turn]
        # backprop u *= k                            (9)
        dk += np.sum(u_4 * du_3)
        du_3 = k * du_3
    # backprop history.append(u.copy())              (7)
    du_3 += dh_3
    # backprop u[1:] += k * u[:-1]                   (6)
    dtotal = du_3[1:].copy()
    du_3[1:] = 0.0
    dk += np.sum(u_2[:-1] * dtotal)
    du_3[:-1] += k * dtotal
    du_3[1:] += dtotal
    # backprop history.append(u.copy())              (5)
    du_3 += dh_2
    # backprop u[1:] += k * u[:-1]                   (4)
    dtotal_1 = du_3[1:].copy()
    du_3[1:] = 0.0
    dk += np.sum(u_1[:-1] * dtotal_1)
    du_3[:-1] += k * dtotal_1
    du_3[1:] += dtotal_1
    # backprop history.append(u.copy())              (3)
    du_3 += dh_1
    # backprop u[1:] += k * u[:-1]                   (2)
    dtotal_2 = du_3[1:].copy()
    du_3[1:] = 0.0
    dk += np.sum(u[:-1] * dtotal_2)
    du_3[:-1] += k * dtotal_2
    du_3[1:] += dtotal_2
    # backprop history = [u.copy()]                  (1)
    du_3 += dh
    return result, (du_3, dk)
