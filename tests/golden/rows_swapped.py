import numpy as np


def value_and_grad_rows_swapped(A, i, j):
    # forward pass
    stacked = np.array([j, i])                     # (1)
    stacked_1 = np.array([i, j])
    A_1 = A.copy()
    A_1[stacked_1] = A[stacked]
    table = np.array([0, 2])                       # (2)
    table_1 = np.array([1, 0])
    A_1[table, table_1] = A_1[table, table_1] * 3.0
    reshaped = np.arange(A.shape[0] * A.shape[1]).reshape(A.shape[0], A.shape[1])  # (3)
    result = np.sum(A_1 * reshaped)
    # backprop return np.sum(A * np.arange(A.size).reshape(A.shape))  (3)
    dA_1 = reshaped * 1.0
    # backprop A[[0, 2], [1, 0]] *= 3.0              (2)
    steps = np.arange(2)
    zeros = np.zeros(A.shape, dtype=np.int64)
    zeros[table, table_1] = steps
    dproduct = np.where(zeros[table, table_1] == steps, dA_1[table, table_1], 0.0)
    dA_1[table, table_1] = 0.0
    np.add.at(dA_1, (table, table_1), 3 * dproduct)
    # backprop A[[i, j]] = A[[j, i]]                 (1)
    reshaped_1 = np.arange(2 * A.shape[1]).reshape(2, A.shape[1])
    zeros_1 = np.zeros(A.shape, dtype=np.int64)
    zeros_1[stacked_1] = reshaped_1
    dpart = np.where(zeros_1[stacked_1] == reshaped_1, dA_1[stacked_1], 0.0)
    dA_1[stacked_1] = 0.0
    np.add.at(dA_1, stacked, dpart)
    return result, dA_1
