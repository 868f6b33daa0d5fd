import math

import numpy as np


def value_and_grad_lu_in_place(A):
    # forward pass
    n = len(A)                                     # (1)
    old_As = np.empty((n, max(n - 1, 0), max(n - 1, 0)))  # kept for the reverse
    old_As_1 = np.empty((n, max(n - 1, 0)))  # kept for the reverse
    A = A.copy()                                   # (2)
    for k in range(n):
        for i in range(k + 1, n):                  # (3)
            old_As_1[k, i - 1 - k] = A[i, k]       # (4)
            A[i, k] = A[i, k] / A[k, k]
            for j in range(k + 1, n):              # (5)
                old_As[k, i - 1 - k, j - 1 - k] = A[i, j]  # (6)
                A[i, j] = A[i, j] - A[i, k] * A[k, j]
    dA = np.zeros_like(A)
    log_det = 0.0                                  # (7)
    for k in range(n):
        A_k_k = A[k, k]                            # (8)
        number = float(abs(A_k_k))
        log_det += math.log(number)
        # backprop log_det += math.log(abs(A[k, k]))  (8)
        dA[k, k] += np.sign(A_k_k) / number
    # backprop for k in range(n)                     (2)
    for k in range(n - 1, -1, -1):
        # backprop for i in range(k + 1, n)          (3)
        for i in range(n - 1, k, -1):
            kept = old_As_1[k, i - 1 - k]
            # backprop for j in range(k + 1, n)      (5)
            for j in range(n - 1, k, -1):
                kept_1 = old_As[k, i - 1 - k, j - 1 - k]
                A[i, j] = kept_1                   # (6)
                # backprop A[i, j] -= A[i, k] * A[k, j]  (6)
                ddifference = dA[i, j]
                dA[i, j] = 0.0
                dA[k, j] -= A[i, k] * ddifference
                dA[i, k] -= A[k, j] * ddifference
                dA[i, j] += ddifference
            A[i, k] = kept                         # (4)
            A_k_k = A[k, k]
            # backprop A[i, k] /= A[k, k]            (4)
            dratio = dA[i, k]
            dA[i, k] = 0.0
            ratio_1 = A[i, k] / A_k_k              # (4)
            dA[k, k] -= ratio_1 / A_k_k * dratio
            dA[i, k] += dratio / A_k_k
    return log_det, dA
