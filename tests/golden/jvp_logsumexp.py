import numpy as np


def jvp_logsumexp(x, x_dot):
    # forward pass
    top = np.max(x)                                # (1)
    # tangent top = x.max()                          (1)
    x_is_top = x == top
    top_dot = np.sum(np.where(x_is_top, x_dot, 0.0) / np.sum(x_is_top))
    exp = np.exp(x - top)                          # (2)
    total = np.sum(exp)
    result = top + np.log(total)
    return result, top_dot + np.sum(exp * x_dot - exp * top_dot) / total
