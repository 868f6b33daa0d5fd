import numpy as np


def value_and_grad_matrix_product(A, B):
    # forward pass
    C = np.zeros((A.shape[0], B.shape[1]))         # (1)
    for i in range(A.shape[0]):                    # (2)
        for j in range(B.shape[1]):                # (3)
            for k in range(A.shape[1]):            # (4)
                C[i, j] += A[i, k] * B[k, j]       # (5)
    result = np.sum(C**2)                          # (6)
    # backprop return np.sum(C**2)                   (6)
    dC = 2 * C
    # backprop for i in range(A.shape[0])            (2)
    dB = np.zeros_like(B)
    dA = np.zeros_like(A)
    for i in range(A.shape[0]):
        # backprop for j in range(B.shape[1])        (3)
        for j in range(B.shape[1]):
            # backprop for k in range(A.shape[1])    (4)
            for k in range(A.shape[1]):
                # backprop C[i, j] += A[i, k] * B[k, j]  (5)
                dB[k, j] += A[i, k] * dC[i, j]
                dA[i, k] += B[k, j] * dC[i, j]
    return result, (dA, dB)
