import math

import numpy as np


def value_and_grad_cholesky(A, y):
    # forward pass
    n = A.shape[0]                                 # (1)
    L = np.zeros((n, n))                           # (2)
    for j in range(n):                             # (3)
        s = A[j, j]                                # (4)
        for k in range(j):                         # (5)
            s -= L[j, k] ** 2                      # (6)
        if s <= 0.0:                               # (7)
            raise ValueError("the matrix is not positive definite")
        L[j, j] = math.sqrt(s)                     # (8)
        for i in range(j + 1, n):                  # (9)
            s_1 = A[i, j]                          # (10)
            for k in range(j):                     # (11)
                s_1 -= L[i, k] * L[j, k]           # (12)
            L[i, j] = s_1 / L[j, j]                # (13)
    z = np.empty(n)                                # (14)
    log_density = -0.5 * n * 1.8378770664093453    # (15)
    log_density_1 = np.float64(log_density)        # (16)
    for i in range(n):
        s = y[i]                                   # (17)
        for k in range(i):                         # (18)
            s -= L[i, k] * z[k]                    # (19)
        z[i] = s / L[i, i]                         # (20)
        log_density_1 -= 0.5 * z[i] ** 2 + math.log(L[i, i])  # (21)
    # backprop for i in range(n)                     (16)
    dz = np.zeros_like(z)
    dy = np.zeros_like(y)
    dL = np.zeros_like(L)
    for i in range(n - 1, -1, -1):
        L_i_i = L[i, i]                            # (20)
        # backprop log_density -= 0.5 * z[i] ** 2 + math.log(L[i, i])  (21)
        dL[i, i] -= 1.0 / L[i, i]
        dz[i] -= z[i]
        # backprop z[i] = s / L[i, i]                (20)
        dratio = dz[i]
        dz[i] = 0.0
        ds = dratio / L_i_i
        dL[i, i] -= z[i] / L_i_i * dratio
        # backprop for k in range(i)                 (18)
        for k in range(i):
            # backprop s -= L[i, k] * z[k]           (19)
            dz[k] -= L[i, k] * ds
            dL[i, k] -= z[k] * ds
        # backprop s = y[i]                          (17)
        dy[i] += ds
    # backprop for j in range(n)                     (3)
    dA = np.zeros_like(A)
    for j in range(n - 1, -1, -1):
        # backprop for i in range(j + 1, n)          (9)
        for i in range(n - 1, j, -1):
            L_j_j = L[j, j]                        # (13)
            # backprop L[i, j] = s / L[j, j]         (13)
            dratio = dL[i, j]
            dL[i, j] = 0.0
            ds_1 = dratio / L_j_j
            dL[j, j] -= L[i, j] / L_j_j * dratio
            # backprop for k in range(j)             (11)
            for k in range(j):
                # backprop s -= L[i, k] * L[j, k]    (12)
                dL[j, k] -= L[i, k] * ds_1
                dL[i, k] -= L[j, k] * ds_1
            # backprop s = A[i, j]                   (10)
            dA[i, j] += ds_1
        # backprop L[j, j] = math.sqrt(s)            (8)
        dsqrt = dL[j, j]
        dL[j, j] = 0.0
        # backprop for k in range(j)                 (5)
        for k in range(j):
            # backprop s -= L[j, k] ** 2             (6)
            dL[j, k] -= 2 * L[j, k] * (0.5 / L[j, j] * dsqrt)
        # backprop s = A[j, j]                       (4)
        dA[j, j] += 0.5 / L[j, j] * dsqrt
    return log_density_1, (dA, dy)
