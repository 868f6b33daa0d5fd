import numpy as np


def value_and_grad_ravel_of_a_transpose_copies(A):
    # forward pass
    copied = A.T.reshape(A.shape[0] * A.shape[1])  # (1)
    copied = copied.copy()                         # (2)
    copied[0] = 0.0
    seen = A.reshape(A.shape[0] * A.shape[1])      # (3)
    seen_1 = seen.copy()                           # (4)
    seen_1[-1] = 5.0 * seen[0]
    A_1 = seen_1.reshape(A.shape[0], A.shape[1])
    total = np.sum(A_1)                            # (5)
    total_1 = np.sum(copied**2)
    result = total * total_1
    # backprop return np.sum(A) * np.sum(copied**2)  (5)
    dcopied = 2 * copied * total
    dA_1 = total_1
    # backprop seen[-1] = 5.0 * seen[0]              (4)
    dseen_1 = np.full(A.shape[0] * A.shape[1], dA_1)
    dproduct = dseen_1[-1]
    dseen_1[-1] = 0.0
    dseen_1[0] += 5 * dproduct
    # backprop seen = A.ravel()                      (3)
    dA = dseen_1.reshape(A.shape[0], A.shape[1])
    # backprop copied[0] = 0.0                       (2)
    dcopied[0] = 0.0
    # backprop copied = A.T.ravel()                  (1)
    dA += dcopied.reshape(A.shape[1], A.shape[0]).T
    return result, dA
