import math

import numpy as np


def value_and_grad_waves_that_change_names(u, v, courant, steps):
    # forward pass
    segment = np.int64(math.sqrt(max(steps - 1, 0))) + 1  # (1)
    kept_u = []  # kept for the reverse
    kept_v = []  # kept for the reverse
    sin_differences = np.empty((segment, u.shape[0] - 2))  # kept for the reverse
    differences = np.empty((segment, u.shape[0] - 2))  # kept for the reverse
    u = u.copy()
    v = v.copy()
    for first in range(0, steps - 1, segment):
        kept_u.append(u.copy())
        kept_v.append(v.copy())
        u = u.copy()
        v = v.copy()
        for turn in range(min(segment, steps - 1 - first)):
            t = first + turn + 1
            difference = u[1:] - u[:-1]            # (2)
            v[1:-1] = 2.0 * u[1:-1] - v[1:-1] + courant * np.sin(difference[1:] - difference[:-1]) / t
            u, v = v, u
    result = u @ u                                 # (3)
    # backprop return u @ u                          (3)
    du = 2 * u
    # backprop for t in range(1, steps)              (1)
    dv = np.zeros_like(v)
    dcourant = 0.0
    for first in range((steps - 1 - (1 if segment > 0 else -1)) // segment * segment, -segment, -segment):
        u_1 = kept_u.pop()
        v_1 = kept_v.pop()
        smaller = min(segment, steps - 1 - first)  # (1)
        for turn in range(smaller):
            t = first + turn + 1
            difference = u_1[1:] - u_1[:-1]        # (2)
            difference_1 = difference[1:] - difference[:-1]
            differences[turn] = difference_1
            sin_difference_1 = np.sin(difference_1)
            sin_differences[turn] = sin_difference_1
            v_1[1:-1] = 2.0 * u_1[1:-1] - v_1[1:-1] + courant * sin_difference_1 / t
            u_1, v_1 = v_1, u_1
        # backprop for t in range(1, steps)          (1)
        du = du.copy()
        dv = dv.copy()
        for turn in range(smaller - 1, -1, -1):
            sin_difference_1 = sin_differences[turn]
            difference_1 = differences[turn]
            t = first + turn + 1                   # (1)
            dv_ = du
            du = dv
            # backprop v[1:-1] = 2.0 * u[1:-1] - v[1:-1] + courant * np.sin(np.diff(u, 2)) / t  (2)
            dproduct = dv_[1:-1] / t
            dcourant += np.sum(sin_difference_1 * dproduct)
            ddifference = np.cos(difference_1) * (courant * dproduct)
            dpart = 2 * dv_[1:-1]
            ddifference_ = np.zeros(u.shape[0] - 1)
            ddifference_[:-1] -= ddifference
            ddifference_[1:] += ddifference
            du[:-1] -= ddifference_
            du[1:] += ddifference_
            dv_[1:-1] = -dv_[1:-1]
            du[1:-1] += dpart
            dv = dv_
    return result, (du, dv, dcourant)
