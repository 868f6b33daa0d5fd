import numpy as np


def value_and_grad_buffer_used_again(X, w):
    # forward pass
    scratch = np.empty(X.shape[1])                 # (1)
    dX = np.zeros_like(X)
    dw = np.zeros_like(w)
    total = 0.0                                    # (2)
    for i in range(X.shape[0]):
        row = X[i]
        scratch[:] = row                           # (3)
        scratch_1 = scratch * w                    # (4)
        largest = np.max(scratch_1)                # (5)
        total += largest + scratch_1[0] ** 2
        # backprop total += np.max(scratch) + scratch[0] ** 2  (5)
        scratch_1_is_largest = scratch_1 == largest
        dscratch_1 = np.where(scratch_1_is_largest, 1.0 / np.sum(scratch_1_is_largest), 0.0)
        dscratch_1[0] += 2 * scratch_1[0]
        # backprop scratch *= w                      (4)
        dscratch = w * dscratch_1
        dw += scratch * dscratch_1
        # backprop scratch[:] = row                  (3)
        drow = dscratch
        # backprop for row in X                      (2)
        dX[i] += drow
        scratch = scratch_1
    return total, (dX, dw)
