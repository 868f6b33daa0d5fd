import numpy as np


def value_and_grad_transpose_written_through(A, v):
    # forward pass
    columns = A.T                                  # (1)
    A = A.copy()                                   # (2)
    A[:, 0] = v
    columns_1 = A.T                                # (3)
    A[:, 1:] = (columns_1[1:] * 2.0).T
    result = np.sum(A @ A.T)                       # (4)
    # backprop return np.sum(A @ A.T)                (4)
    dA = np.ones((A.shape[0], A.shape[0])) @ A
    dA = dA + dA
    # backprop columns[1:] *= 2.0                    (3)
    dA[:, 1:] = (2 * dA[:, 1:].T).T
    # backprop columns[0] = v                        (2)
    dv = dA[:, 0].copy()
    dA[:, 0] = 0.0
    return result, (dA, dv)
