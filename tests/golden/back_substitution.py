import numpy as np


def value_and_grad_back_substitution(U, b):
    # forward pass
    n = len(b)                                     # (1)
    x = np.empty(n)                                # (2)
    for i in range(n - 1, -1, -1):                 # (3)
        s = b[i]                                   # (4)
        for j in range(i + 1, n):                  # (5)
            s -= U[i, j] * x[j]                    # (6)
        x[i] = s / U[i, i]                         # (7)
    result = np.sum(x**2)                          # (8)
    # backprop return np.sum(x**2)                   (8)
    dx = 2 * x
    # backprop for i in range(n - 1, -1, -1)         (3)
    db = np.zeros_like(b)
    dU = np.zeros_like(U)
    for i in range(n):
        # backprop x[i] = s / U[i, i]                (7)
        dratio = dx[i]
        dx[i] = 0.0
        ds = dratio / U[i, i]
        dU[i, i] -= x[i] / U[i, i] * dratio
        # backprop for j in range(i + 1, n)          (5)
        for j in range(i + 1, n):
            # backprop s -= U[i, j] * x[j]           (6)
            dx[j] -= U[i, j] * ds
            dU[i, j] -= x[j] * ds
        # backprop s = b[i]                          (4)
        db[i] += ds
    return result, (dU, db)
