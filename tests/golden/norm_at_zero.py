import numpy as np


def value_and_grad_norm_at_zero(v):
    # forward pass
    length = np.sqrt(np.sum(v * v))                # (1)
    result = length + np.sum(v)
    # backprop return np.linalg.norm(v) + np.sum(v)  (1)
    dv = 1.0 + 2 * v * (0.0 if length == 0 else 0.5 / length)
    return result, dv
