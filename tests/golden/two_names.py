import numpy as np


def value_and_grad_two_names(u):
    # forward pass
    u_1 = u.copy()                                 # (1)
    u_1[0] = 2.0 * u[1]
    w = u_1                                        # (2)
    w = w.copy()                                   # (3)
    w[1] = 9.0
    result = np.sum(u_1**2) + w[0]                 # (4)
    # backprop return np.sum(u**2) + w[0]            (4)
    dw = np.zeros_like(w)
    dw[0] += 1.0
    du_1 = 2 * u_1
    # backprop w[1] = 9.0                            (3)
    dw[1] = 0.0
    # backprop w = v.copy()                          (2)
    du_1 += dw
    # backprop v[0] = 2.0 * u[1]                     (1)
    dproduct = du_1[0]
    du_1[0] = 0.0
    du_1[1] += 2 * dproduct
    return result, du_1
