import numpy as np


def value_and_grad_zero_size_friendly(x):
    # forward pass
    head = x[:0]                                   # (1)
    joined = np.concatenate((head, x))             # (2)
    result = np.sum(x * 2.0) + np.sum(head**2) + np.sum(joined * x) + 0
    # backprop return np.sum(x * 2.0) + np.sum(head**2) + np.sum(np.concatenate([head, x]) * x) ...  (2)
    dhead = x[:0]
    dx = joined + x
    dhead = dhead + 2 * head
    dx += 2.0
    # backprop head = x[:0]                          (1)
    dx[:0] += dhead
    return result, dx
