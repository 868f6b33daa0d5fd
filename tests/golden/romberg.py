import math

import numpy as np


def value_and_grad_romberg(a, b, rate, levels):
    # forward pass
    R = np.zeros((levels + 1, levels + 1))         # (1)
    h = b - a                                      # (2)
    product = 0.5 * h                              # (3)
    negative = -rate
    exp = math.exp(negative * a)
    negative_1 = -rate
    exp_1 = math.exp(negative_1 * b)
    total = exp + exp_1
    R[0, 0] = product * total
    differences = np.empty((max(levels, 0), max(levels, 0)))  # kept for the reverse
    middles = np.empty(max(levels, 0))  # kept for the reverse
    kept_h = np.empty(max(levels, 0))  # kept for the reverse
    kept_points = np.empty(max(levels, 0), dtype=np.int64)  # kept for the reverse
    exps = []  # kept for the reverse
    points = 1                                     # (4)
    for i in range(1, levels + 1):
        kept_points[i - 1] = points
        h *= 0.5                                   # (5)
        kept_h[i - 1] = h
        middle = 0.0                               # (6)
        for k in range(points):
            exp_2 = math.exp(-rate * (a + (2 * k + 1) * h))  # (7)
            exps.append(exp_2)
            middle += exp_2
        middles[i - 1] = middle                    # (6)
        R[i, 0] = 0.5 * R[i - 1, 0] + h * middle   # (8)
        for j in range(1, i + 1):                  # (9)
            difference = 4.0 ** j - 1.0            # (10)
            differences[i - 1, j - 1] = difference
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / difference
        points *= 2                                # (11)
    # backprop return R[levels, levels]              (12)
    dR = np.zeros_like(R)
    dR[levels, levels] += 1.0
    # backprop for i in range(1, levels + 1)         (4)
    dh = 0.0
    drate = 0.0
    da = 0.0
    for i in range(levels, 0, -1):
        middle = middles[i - 1]
        h_1 = kept_h[i - 1]
        points_1 = kept_points[i - 1]
        # backprop for j in range(1, i + 1)          (9)
        for j in range(i, 0, -1):
            difference = differences[i - 1, j - 1]
            # backprop R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4.0**j - 1.0)  (10)
            dtotal_1 = dR[i, j]
            dR[i, j] = 0.0
            dR[i - 1, j - 1] -= dtotal_1 / difference
            dR[i, j - 1] += dtotal_1 / difference
            dR[i, j - 1] += dtotal_1
        # backprop R[i, 0] = 0.5 * R[i - 1, 0] + h * middle  (8)
        dtotal_1 = dR[i, 0]
        dR[i, 0] = 0.0
        dh += middle * dtotal_1
        dmiddle = h_1 * dtotal_1
        dR[i - 1, 0] += 0.5 * dtotal_1
        # backprop for k in range(points)            (6)
        for k in range(points_1 - 1, -1, -1):
            exp_2 = exps.pop()
            negative_2 = -rate                     # (7)
            # backprop middle += math.exp(-rate * (a + (2 * k + 1) * h))  (7)
            drate -= exp_2 * (a + (2 * k + 1) * h_1) * dmiddle
            da += negative_2 * exp_2 * dmiddle
            dh += negative_2 * (2 * k + 1) * exp_2 * dmiddle
        # backprop h *= 0.5                          (5)
        dh *= 0.5
    # backprop R[0, 0] = 0.5 * h * (math.exp(-rate * a) + math.exp(-rate * b))  (3)
    dtotal = product * dR[0, 0]
    dproduct_1 = exp_1 * dtotal
    db = negative_1 * dproduct_1
    drate -= b * dproduct_1
    dproduct_2 = exp * dtotal
    da += negative * dproduct_2
    drate -= a * dproduct_2
    dh += 0.5 * (total * dR[0, 0])
    # backprop h, points = b - a, 1                  (2)
    db += dh
    da -= dh
    return R[levels, levels], (da, db, drate)
