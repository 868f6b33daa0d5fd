import numpy as np


def hvp_logsumexp(x, x_dot):
    # forward pass
    top = np.max(x)                                # (1)
    # tangent top = x.max()                          (1)
    x_is_top = x == top
    top_dot = np.sum(np.where(x_is_top, x_dot, 0.0) / np.sum(x_is_top))
    exp = np.exp(x - top)                          # (2)
    # tangent return top + np.log(np.exp(x - top).sum())  (2)
    exp_dot = exp * x_dot - exp * top_dot
    total = np.sum(exp)                            # (2)
    total_dot = np.sum(exp_dot)
    total_1 = top + np.log(total)                  # (2)
    # backprop return top + np.log(np.exp(x - top).sum())  (2)
    dtotal = 1 / total
    # tangent backprop return top + np.log(np.exp(x - top).sum())  (2)
    product = exp * (-dtotal**2 * total_dot)
    dx_dot = exp_dot / total + product
    t_dot = np.sum(-dtotal * exp_dot - product)
    # backprop top = x.max()                         (1)
    x_is_top_1 = x == top
    total_2 = np.sum(x_is_top_1)
    # tangent backprop top = x.max()                 (1)
    dx_dot = dx_dot + np.where(x_is_top_1, t_dot / total_2, 0.0)
    return (dx_dot,)
