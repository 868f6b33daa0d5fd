import numpy as np


def value_and_grad_whole_arrays_replaced(u, v, rate):
    # forward pass
    u_1 = u.copy()                                 # (1)
    u_1[:] = u - rate * v
    v_1 = v.copy()                                 # (2)
    v_1[:] = 0.5
    v_2 = v_1 + u_1                                # (3)
    copy_array = v_2[:, 1].copy()                  # (4)
    u_1[:, 0] = copy_array**2
    u_1[:, -1] = u_1[:, -1] - 1.0                  # (5)
    result = np.sum(u_1 * v_2)                     # (6)
    # backprop return np.sum(u * v)                  (6)
    du_1 = v_2
    dv_2 = u_1
    # backprop u[:, 0] = v[:, 1] ** 2                (4)
    dpower = du_1[:, 0].copy()
    du_1[:, 0] = 0.0
    dv_2[:, 1] += 2 * copy_array * dpower
    # backprop v += u                                (3)
    du_1 += dv_2
    # backprop v[...] = 0.5                          (2)
    dv_2[:] = 0.0
    # backprop u[:] = u - rate * v                   (1)
    du_1_ = du_1.copy()
    du_1_[:] = 0.0
    du_1_ += du_1
    drate = np.sum(-v * du_1)
    dv_2 -= rate * du_1
    return result, (du_1_, dv_2, drate)
