import math

import numpy as np


def value_and_grad_cholesky(A, y):
    # forward pass
    n = A.shape[0]                                 # (1)
    L = np.zeros((n, n))                           # (2)
    kept_L = np.empty((n, n, n))  # kept for the reverse
    ratios = np.empty((n, max(n - 1, 0)))  # kept for the reverse
    sqrts = np.empty(n)  # kept for the reverse
    L_j_ks = np.empty((n, max(n - 1, 0)))  # kept for the reverse
    old_Ls = np.empty((n, max(n - 1, 0)))  # kept for the reverse
    for j in range(n):                             # (3)
        s = A[j, j]                                # (4)
        for k in range(j):                         # (5)
            L_j_k = L[j, k]                        # (6)
            L_j_ks[j, k] = L_j_k
            s = s - L_j_k**2
        s_to_0 = s <= 0.0                          # (7)
        if not ~s_to_0:                            # (8)
            raise ValueError('the matrix is not positive definite')
        sqrt = math.sqrt(float(s))                 # (9)
        sqrts[j] = sqrt
        L[j, j] = sqrt
        for i in range(j + 1, n):                  # (10)
            s_1 = A[i, j]                          # (11)
            for k in range(j):                     # (12)
                s_1 = s_1 - L[i, k] * L[j, k]      # (13)
            ratio = s_1 / L[j, j]                  # (14)
            ratios[j, -j + i - 1] = ratio
            old_Ls[j, -j + i - 1] = L[i, j]
            L[i, j] = ratio
        kept_L[j] = L                              # (10)
    z = np.zeros(n)                                # (15)
    log_density = -0.5 * n * 1.8378770664093453    # (16)
    log_density_1 = np.float64(log_density)        # (17)
    z_is = np.empty(n)  # kept for the reverse
    ratios_1 = np.empty(n)  # kept for the reverse
    old_zs = np.empty(n)  # kept for the reverse
    for i in range(n):
        s = y[i]                                   # (18)
        for k in range(i):                         # (19)
            s = s - L[i, k] * z[k]                 # (20)
        ratio = s / L[i, i]                        # (21)
        ratios_1[i] = ratio
        old_zs[i] = z[i]
        z[i] = ratio
        z_i = z[i]                                 # (22)
        z_is[i] = z_i
        log_density_1 = log_density_1 - (0.5 * z_i**2 + math.log(float(L[i, i])))
    # backprop for i in range(n)                     (17)
    dz = np.zeros(n)
    dy = np.zeros(y.shape[0])
    dL = np.zeros((n, n))
    for i in range(n - 1, -1, -1):
        z_i = z_is[i]
        number = float(L[i, i])                    # (22)
        # backprop log_density -= 0.5 * z[i] ** 2 + math.log(L[i, i])  (22)
        dL[i, i] -= 1.0 / number
        dz[i] -= z_i * 1.0
        # backprop z[i] = s / L[i, i]                (21)
        dratio = dz[i]
        dz[i] = 0.0
        L_i_i = L[i, i]                            # (21)
        # backprop z[i] = s / L[i, i]                (21)
        ds = dratio / L_i_i
        ratio = ratios_1[i]
        dL[i, i] -= ratio / L_i_i * dratio
        kept = old_zs[i]
        z[i] = kept                                # (21)
        # backprop for k in range(i)                 (19)
        for k in range(i - 1, -1, -1):
            # backprop s -= L[i, k] * z[k]           (20)
            dz[k] -= L[i, k] * ds
            dL[i, k] -= z[k] * ds
        # backprop s = y[i]                          (18)
        dy[i] += ds
    # backprop for j in range(n)                     (3)
    dA = np.zeros((n, A.shape[1]))
    for j in range(n - 1, -1, -1):
        L_1 = kept_L[j].copy()
        # backprop for i in range(j + 1, n)          (10)
        for i in range(n - 1, j, -1):
            # backprop L[i, j] = s / L[j, j]         (14)
            dratio = dL[i, j]
            dL[i, j] = 0.0
            kept = old_Ls[j, -j + i - 1]
            L_1[i, j] = kept                       # (14)
            L_1_j_j = L_1[j, j]
            # backprop L[i, j] = s / L[j, j]         (14)
            ds_1 = dratio / L_1_j_j
            ratio = ratios[j, -j + i - 1]
            dL[j, j] -= ratio / L_1_j_j * dratio
            # backprop for k in range(j)             (12)
            for k in range(j - 1, -1, -1):
                # backprop s -= L[i, k] * L[j, k]    (13)
                dL[j, k] -= L_1[i, k] * ds_1
                dL[i, k] -= L_1[j, k] * ds_1
            # backprop s = A[i, j]                   (11)
            dA[i, j] += ds_1
        # backprop L[j, j] = math.sqrt(s)            (9)
        dsqrt = dL[j, j]
        dL[j, j] = 0.0
        sqrt = sqrts[j]
        # backprop for k in range(j)                 (5)
        for k in range(j - 1, -1, -1):
            L_j_k = L_j_ks[j, k]
            # backprop s -= L[j, k] ** 2             (6)
            dL[j, k] -= 2 * L_j_k * (0.5 / sqrt * dsqrt)
        # backprop s = A[j, j]                       (4)
        dA[j, j] += 0.5 / sqrt * dsqrt
    return log_density_1, (dA, dy)
