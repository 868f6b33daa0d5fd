import numpy as np


def value_and_grad_logsumexp(x):
    # forward pass
    top = np.max(x)                                # (1)
    exp = np.exp(x - top)                          # (2)
    total = np.sum(exp)
    result = top + np.log(total)
    # backprop return top + np.log(np.exp(x - top).sum())  (2)
    dtop = 1.0
    dx = exp / total
    dtop += np.sum(-exp / total)
    # backprop top = x.max()                         (1)
    x_is_top = x == top
    dx += np.where(x_is_top, dtop / np.sum(x_is_top), 0.0)
    return result, dx
