import numpy as np


def value_and_grad_matmul_matrices(A, B, v):
    # forward pass
    product = v @ A                                # (1)
    product_1 = product @ B
    result = product_1 @ v + np.sum(A @ v) + np.sum(v @ B) + np.sum(A @ B)
    # backprop return v @ A @ B @ v + np.sum(A @ v) + np.sum(v @ B) + np.sum(np.matmul(A, B))  (1)
    dproduct_2 = np.ones(A.shape)
    dA = dproduct_2 @ B.T
    dB = A.T @ dproduct_2
    dv = B @ np.ones(A.shape[0])
    dB += v[:, None]
    dA += v
    dv += A.T @ np.ones(A.shape[0])
    dv += product_1
    dproduct = B @ v
    dB += product[:, None] * v
    dv += A @ dproduct
    dA += v[:, None] * dproduct
    return result, (dA, dB, dv)
