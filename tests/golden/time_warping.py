import math

import numpy as np


def value_and_grad_time_warping(x, y):
    # forward pass
    previous = np.full(len(y) + 1, math.inf)       # (1)
    previous[0] = 0.0                              # (2)
    taken = np.empty((x.shape[0], len(y)), dtype=np.bool_)  # kept for the reverse
    taken_1 = np.empty((x.shape[0], len(y)), dtype=np.bool_)  # kept for the reverse
    for i in range(x.shape[0]):                    # (3)
        a = x[i]
        row = np.full(len(y) + 1, math.inf)        # (4)
        for j in range(1, len(y) + 1):             # (5)
            element = row[j - 1]                   # (6)
            element_below_previous_j = element < previous[j]
            taken_1[i, j - 1] = element_below_previous_j
            choice = element if element_below_previous_j else previous[j]
            condition = previous[j - 1] < choice
            taken[i, j - 1] = condition
            row[j] = abs(a - y[j - 1]) + (previous[j - 1] if condition else choice)
        previous = row
    # backprop return previous[-1]                   (7)
    dprevious = np.zeros_like(previous)
    dprevious[-1] += 1.0
    # backprop for a in x                            (3)
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    for i in range(x.shape[0] - 1, -1, -1):
        a = x[i]                                   # (3)
        drow = dprevious
        # backprop for j in range(1, len(y) + 1)     (5)
        dprevious = np.zeros_like(previous)
        da = 0.0
        for j in range(len(y), 0, -1):
            condition = taken[i, j - 1]
            element_below_previous_j = taken_1[i, j - 1]
            # backprop row[j] = abs(a - y[j - 1]) + min(previous[j], row[j - 1], previous[j - 1])  (6)
            dtotal = drow[j]
            drow[j] = 0.0
            dchoice = 0.0 if condition else dtotal
            dprevious[j - 1] += dtotal if condition else 0.0
            drow[j - 1] += dchoice if element_below_previous_j else 0.0
            dprevious[j] += 0.0 if element_below_previous_j else dchoice
            ddifference = np.sign(a - y[j - 1]) * dtotal
            da += ddifference
            dy[j - 1] -= ddifference
        # backprop for a in x                        (3)
        dx[i] += da
    return previous[-1], (dx, dy)
