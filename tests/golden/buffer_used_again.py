import numpy as np


def value_and_grad_buffer_used_again(X, w):
    # forward pass
    scratch = np.empty(X.shape[1])                 # (1)
    scratchs = np.empty(X.shape)  # kept for the reverse
    largests = np.empty(X.shape[0])  # kept for the reverse
    total = 0.0                                    # (2)
    for i in range(X.shape[0]):
        row = X[i]
        scratch[:] = row                           # (3)
        scratchs[i] = scratch
        scratch = scratch * w                      # (4)
        largest = np.max(scratch)                  # (5)
        largests[i] = largest
        total += largest + scratch[0] ** 2
    # backprop for row in X                          (2)
    dscratch = np.zeros_like(scratch)
    dX = np.zeros_like(X)
    dw = np.zeros_like(w)
    for i in range(X.shape[0] - 1, -1, -1):
        scratch_1 = scratchs[i]
        largest = largests[i]
        scratch_2 = scratch_1 * w                  # (4)
        # backprop total += np.max(scratch) + scratch[0] ** 2  (5)
        dscratch[0] += 2 * scratch_2[0]
        scratch_2_is_largest = scratch_2 == largest
        dscratch += np.where(scratch_2_is_largest, 1.0 / np.sum(scratch_2_is_largest), 0.0)
        # backprop scratch *= w                      (4)
        dscratch_ = w * dscratch
        dw += scratch_1 * dscratch
        # backprop scratch[:] = row                  (3)
        drow = dscratch_
        dscratch_ = dscratch_.copy()
        dscratch_[:] = 0.0
        # backprop for row in X                      (2)
        dX[i] += drow
        dscratch = dscratch_
    return total, (dX, dw)
