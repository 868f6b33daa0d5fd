import numpy as np


def value_and_grad_float32_mixed(x32, y64):
    # forward pass
    half = np.float32(0.5) * x32                   # (1)
    result = np.sum(half * y64) + np.sum((half * half).astype(np.float64))  # (2)
    # backprop return np.sum(half * y64) + np.sum(half * half, dtype=np.float64)  (2)
    dhalf = 2 * half
    dhalf += y64.astype(np.float32)
    dy64 = half.astype(np.float64)
    # backprop half = np.float32(0.5) * x32          (1)
    dx32 = 0.5 * dhalf
    return result, (dx32, dy64)
