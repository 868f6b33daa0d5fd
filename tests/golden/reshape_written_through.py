import numpy as np


def value_and_grad_reshape_written_through(A, k):
    # forward pass
    flat = A.reshape(A.shape[0] * A.shape[1])      # (1)
    flat_1 = flat.copy()                           # (2)
    flat_1[k] = flat[k] * 3.0
    A_1 = flat_1.reshape(A.shape[0], A.shape[1])
    flat_1_0 = flat_1[0]                           # (3)
    copy_array = flat_1[4:7].copy()
    flat_1[1:4] = flat_1_0 * copy_array
    A_2 = flat_1.reshape(A.shape[0], A.shape[1])
    result = np.sum(A_2**2)                        # (4)
    # backprop return np.sum(A**2)                   (4)
    dA_2 = 2 * A_2
    # backprop flat[1:4] = flat[0] * flat[4:7]       (3)
    dflat_1 = dA_2.reshape(A.shape[0] * A.shape[1])
    dproduct = dflat_1[1:4].copy()
    dflat_1[1:4] = 0.0
    dflat_1[4:7] += flat_1_0 * dproduct
    dflat_1[0] += np.sum(copy_array * dproduct)
    # backprop flat[k] *= 3.0                        (2)
    dflat_1[k] = 3 * dflat_1[k]
    # backprop flat = A.reshape(-1)                  (1)
    dA = dflat_1.reshape(A.shape[0], A.shape[1])
    return result, dA
