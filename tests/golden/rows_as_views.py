import numpy as np


def value_and_grad_rows_as_views(A, scale):
    # forward pass
    rows = np.empty(A.shape)  # kept for the reverse
    A_1 = A.copy()                                 # (1)
    for i in range(len(A)):
        row = A_1[i]                               # (2)
        rows[i] = row
        A_1[i] = row * scale                       # (3)
        row_1 = A_1[i]                             # (4)
        A_1[i, 0] = row_1[0] + i
    result = np.sum(A_1**2)                        # (5)
    # backprop return np.sum(A**2)                   (5)
    dA_1 = 2 * A_1
    # backprop for i in range(len(A))                (1)
    dscale = 0.0
    for i in range(len(A) - 1, -1, -1):
        row = rows[i]
        # backprop row *= scale                      (3)
        drow = scale * dA_1[i]
        dscale += np.sum(row * dA_1[i])
        # backprop row = A[i]                        (2)
        dA_1[i] = drow
    return result, (dA_1, dscale)
