import numpy as np


def value_and_grad_shifted_onto_itself(u):
    # forward pass
    u_1 = u.copy()                                 # (1)
    u_1[1:] = u[:-1] + 0.5 * u[1:]
    copy_array = u_1[:-1].copy()                   # (2)
    copy_array_1 = u_1[1:].copy()
    u_1[:-1] = copy_array * copy_array_1
    result = np.sum(u_1)                           # (3)
    # backprop return np.sum(u)                      (3)
    du_1 = 1.0
    du_1_ = np.full(u.shape[0], du_1)
    # backprop u[:-1] *= u[1:]                       (2)
    du_1_[:-1] = 0.0
    du_1_[1:] += copy_array * du_1
    du_1_[:-1] += copy_array_1 * du_1
    # backprop u[1:] = u[:-1] + 0.5 * u[1:]          (1)
    dtotal = du_1_[1:].copy()
    du_1_[1:] = 0.5 * dtotal
    du_1_[:-1] += dtotal
    return result, du_1_
