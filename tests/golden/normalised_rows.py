import numpy as np


def value_and_grad_normalised_rows(A):
    # forward pass
    sqrts = np.empty(A.shape[0])  # kept for the reverse
    rows = np.empty(A.shape)  # kept for the reverse
    A = A.copy()                                   # (1)
    for i in range(A.shape[0]):
        row = A[i]
        rows[i] = row
        sqrt = np.sqrt(np.sum(row * row))          # (2)
        sqrts[i] = sqrt
        A[i] = row / sqrt
    result = np.sum(A[0] * A[-1])                  # (3)
    # backprop return np.sum(A[0] * A[-1])           (3)
    dA = np.zeros_like(A)
    dA[-1] += A[0]
    dA[0] += A[-1]
    # backprop for row in A                          (1)
    for i in range(A.shape[0] - 1, -1, -1):
        sqrt = sqrts[i]
        row = rows[i]
        # backprop row /= np.sqrt(np.sum(row * row))  (2)
        drow = dA[i] / sqrt
        drow += 2 * row * (0.5 / sqrt * np.sum(-A[i] / sqrt * dA[i]))
        # backprop for row in A                      (1)
        dA[i] = drow
    return result, dA
