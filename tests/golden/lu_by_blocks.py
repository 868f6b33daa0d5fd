import numpy as np


def value_and_grad_lu_by_blocks(A):
    # forward pass
    n = A.shape[0]                                 # (1)
    A = A.copy()                                   # (2)
    for k in range(n - 1):
        below = A[k + 1:, k]                       # (3)
        rest = A[k + 1:, k + 1:]
        A[k + 1:, k] = below / A[k, k]             # (4)
        below_1 = A[k + 1:, k]                     # (5)
        rest_1 = A[k + 1:, k + 1:]
        A[k + 1:, k + 1:] = (
            rest_1 - below_1.reshape(n - 1 - k)[:, None] * A[k, k + 1:].reshape(A.shape[1] - 1 - k)
        )
    steps = np.arange(n)                           # (6)
    steps_1 = np.arange(n)
    part = A[steps, steps_1]
    abs_part = np.abs(part)
    result = np.sum(np.log(abs_part))
    # backprop return np.sum(np.log(np.abs(np.diagonal(A))))  (6)
    dA = np.zeros_like(A)
    np.add.at(dA, (steps, steps_1), np.sign(part) / abs_part)
    # backprop for k in range(n - 1)                 (2)
    for k in range(n - 2, -1, -1):
        A_k_k = A[k, k]                            # (4)
        reshaped = A[k, k + 1:].reshape(A.shape[1] - 1 - k)  # (5)
        below = A[k + 1:, k]
        # backprop rest -= np.outer(below, A[k, k + 1 :])  (5)
        drest_1 = dA[k + 1:, k + 1:]
        product = -below.reshape(n - 1 - k)[:, None] * drest_1
        dbelow_1 = np.sum(-reshaped * drest_1, axis=1)
        dA[k + 1:, k] += dbelow_1
        dA[k, k + 1:] += np.sum(product, axis=0)
        # backprop below /= A[k, k]                  (4)
        dratio = dA[k + 1:, k].copy()
        dA[k + 1:, k] = 0.0
        dbelow = dratio / A_k_k
        dA[k, k] += np.sum(-A[k + 1:, k] / A_k_k * dratio)
        # backprop below, rest = A[k + 1 :, k], A[k + 1 :, k + 1 :]  (3)
        dA[k + 1:, k] += dbelow
    return result, dA
