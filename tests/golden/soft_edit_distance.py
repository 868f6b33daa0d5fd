import math

import numpy as np


def value_and_grad_soft_edit_distance(x, y, gap):
    # forward pass
    n = len(x)                                     # (1)
    m = len(y)
    D = np.zeros((n + 1, m + 1))                   # (2)
    for i in range(1, n + 1):                      # (3)
        D[i, 0] = i * gap                          # (4)
    for j in range(1, m + 1):                      # (5)
        D[0, j] = j * gap                          # (6)
    exps = np.empty((n, m))  # kept for the reverse
    exps_1 = np.empty((n, m))  # kept for the reverse
    exps_2 = np.empty((n, m))  # kept for the reverse
    for i in range(1, n + 1):                      # (7)
        for j in range(1, m + 1):                  # (8)
            change = (x[i - 1] - y[j - 1]) ** 2    # (9)
            total = D[i - 1, j] + gap              # (10)
            total_1 = D[i, j - 1] + gap
            total_2 = D[i - 1, j - 1] + change
            choice = total_1 if total_1 < total else total  # (11)
            low = total_2 if total_2 < choice else choice
            exp = math.exp(low - total)            # (12)
            exps[i - 1, j - 1] = exp
            exp_1 = math.exp(low - total_1)
            exps_1[i - 1, j - 1] = exp_1
            exp_2 = math.exp(low - total_2)
            exps_2[i - 1, j - 1] = exp_2
            difference = low - math.log(exp + exp_1 + exp_2)
            D[i, j] = difference                   # (10)
    # backprop return D[n, m]                        (13)
    dD = np.zeros_like(D)
    dD[n, m] += 1.0
    # backprop for i in range(1, n + 1)              (7)
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    dgap = 0.0
    for i in range(n, 0, -1):
        # backprop for j in range(1, m + 1)          (8)
        for j in range(m, 0, -1):
            exp = exps[i - 1, j - 1]
            exp_1 = exps_1[i - 1, j - 1]
            exp_2 = exps_2[i - 1, j - 1]
            difference = x[i - 1] - y[j - 1]       # (9)
            # backprop D[i, j] = soft_minimum(D[i - 1, j] + gap, D[i, j - 1] + gap, D[i - 1, j ...  (10)
            ddifference = dD[i, j]
            dD[i, j] = 0.0
            # backprop return low - math.log(math.exp(low - a) + math.exp(low - b) + ...  (12)
            dtotal = -ddifference / (exp + exp_1 + exp_2)
            dchange = -(exp_2 * dtotal)
            dtotal_1 = -(exp_1 * dtotal)
            dtotal_ = -(exp * dtotal)
            # backprop D[i, j] = soft_minimum(D[i - 1, j] + gap, D[i, j - 1] + gap, D[i - 1, j ...  (10)
            dD[i - 1, j - 1] += dchange
            dgap += dtotal_1
            dD[i, j - 1] += dtotal_1
            dgap += dtotal_
            dD[i - 1, j] += dtotal_
            # backprop change = (x[i - 1] - y[j - 1]) ** 2  (9)
            dy[j - 1] -= 2 * difference * dchange
            dx[i - 1] += 2 * difference * dchange
    # backprop for j in range(1, m + 1)              (5)
    for j in range(m, 0, -1):
        # backprop D[0, j] = j * gap                 (6)
        dproduct = dD[0, j]
        dD[0, j] = 0.0
        dgap += j * dproduct
    # backprop for i in range(1, n + 1)              (3)
    for i in range(n, 0, -1):
        # backprop D[i, 0] = i * gap                 (4)
        dproduct = dD[i, 0]
        dD[i, 0] = 0.0
        dgap += i * dproduct
    return D[n, m], (dx, dy, dgap)
