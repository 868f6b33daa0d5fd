import numpy as np


def value_and_grad_matmul_batches(A, B, C, v):
    # forward pass
    product = A @ v                                # (1)
    result = np.sum(A @ B) + np.sum(A @ C) + np.sum(C @ B) + np.sum(np.sin(product)) + np.sum(A @ v)
    # backprop return np.sum(A @ B) + np.sum(A @ C) + np.sum(C @ B) + np.sum(np.sin(A @ v)) + ...  (1)
    dA = np.broadcast_to(v, A.shape)
    dv = np.sum(A, axis=(0, 1))
    dproduct = np.cos(product)
    dA = dA + dproduct[:, :, None] * v
    dv += np.sum(A * dproduct[:, :, None], axis=(0, 1))
    dproduct_1 = np.ones(B.shape)
    dC = np.sum(dproduct_1 @ B.transpose(0, 2, 1), axis=0)
    dB = C.T @ dproduct_1
    dproduct_2 = np.ones(A.shape)
    dA += dproduct_2 @ C.T
    dC += np.sum(A.transpose(0, 2, 1) @ dproduct_2, axis=0)
    dproduct_3 = np.ones((A.shape[0], A.shape[1], B.shape[2]))
    dA += dproduct_3 @ B.transpose(0, 2, 1)
    dB += A.transpose(0, 2, 1) @ dproduct_3
    return result, (dA, dB, dC, dv)
