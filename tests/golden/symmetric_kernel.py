import math

import numpy as np


def value_and_grad_symmetric_kernel(x, length):
    # forward pass
    n = len(x)                                     # (1)
    K = np.empty((n, n))                           # (2)
    for i in range(n):                             # (3)
        for j in range(i + 1):                     # (4)
            exp = math.exp(-0.5 * ((x[i] - x[j]) / length) ** 2)  # (5)
            K[i, j] = exp
            K[j, i] = exp
    result = np.sum(K @ K)                         # (6)
    # backprop return np.sum(K @ K)                  (6)
    dproduct = np.ones((n, n))
    dK = dproduct @ K.T
    dK += K.T @ dproduct
    # backprop for i in range(n)                     (3)
    dx = np.zeros_like(x)
    dlength = 0.0
    for i in range(n - 1, -1, -1):
        # backprop for j in range(i + 1)             (4)
        for j in range(i, -1, -1):
            ratio = (x[i] - x[j]) / length         # (5)
            # backprop K[i, j] = K[j, i] = math.exp(-0.5 * ((x[i] - x[j]) / length) ** 2)  (5)
            dexp = dK[j, i]
            dK[j, i] = 0.0
            dexp += dK[i, j]
            dK[i, j] = 0.0
            dratio_1 = 2 * ratio * (-0.5 * (K[j, i] * dexp))
            ddifference = dratio_1 / length
            dlength -= ratio / length * dratio_1
            dx[j] -= ddifference
            dx[i] += ddifference
    return result, (dx, dlength)
