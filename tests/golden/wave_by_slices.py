import numpy as np


def value_and_grad_wave_by_slices(u, v, courant, steps):
    # forward pass
    differences = np.empty((max(steps, 0), u.shape[0] - 2))  # kept for the reverse
    u = u.copy()                                   # (1)
    v = v.copy()
    for turn in range(steps):
        difference = u[1:] - u[:-1]                # (2)
        difference_1 = difference[1:] - difference[:-1]
        differences[turn] = difference_1
        v[1:-1] = 2.0 * u[1:-1] - v[1:-1] + courant * difference_1
        u, v = v, u
    result = u @ u + v[1]                          # (3)
    # backprop return u @ u + v[1]                   (3)
    dv = np.zeros_like(v)
    dv[1] += 1.0
    du = 2 * u
    # backprop for _ in range(steps)                 (1)
    dcourant = 0.0
    for turn in range(steps - 1, -1, -1):
        difference_1 = differences[turn]
        dv_ = du
        du = dv
        # backprop v[1:-1] = 2.0 * u[1:-1] - v[1:-1] + courant * np.diff(u, 2)  (2)
        dpart = 2 * dv_[1:-1]
        dcourant += np.sum(difference_1 * dv_[1:-1])
        ddifference = np.zeros(u.shape[0] - 1)
        ddifference[:-1] -= courant * dv_[1:-1]
        ddifference[1:] += courant * dv_[1:-1]
        du[:-1] -= ddifference
        du[1:] += ddifference
        dv_[1:-1] = -dv_[1:-1]
        du[1:-1] += dpart
        dv = dv_
    return result, (du, dv, dcourant)
