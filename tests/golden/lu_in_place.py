import math

import numpy as np


def value_and_grad_lu_in_place(A):
    # forward pass
    n = len(A)                                     # (1)
    A = A.copy()                                   # (2)
    for k in range(n):
        for i in range(k + 1, n):                  # (3)
            A[i, k] = A[i, k] / A[k, k]            # (4)
            for j in range(k + 1, n):              # (5)
                A[i, j] = A[i, j] - A[i, k] * A[k, j]  # (6)
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
            A_k_k = A[k, k]                        # (4)
            # backprop for j in range(k + 1, n)      (5)
            for j in range(n - 1, k, -1):
                # backprop A[i, j] -= A[i, k] * A[k, j]  (6)
                ddifference = dA[i, j]
                dA[k, j] -= A[i, k] * ddifference
                dA[i, k] -= A[k, j] * ddifference
            # backprop A[i, k] /= A[k, k]            (4)
            dratio = dA[i, k]
            dA[k, k] -= A[i, k] / A_k_k * dratio
            dA[i, k] = dratio / A_k_k
    return log_det, dA
