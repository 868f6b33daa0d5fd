import numpy as np


def value_and_grad_red_and_black(u, f):
    # forward pass
    here = u[1:-1:2]                               # (1)
    u_1 = u.copy()                                 # (2)
    u_1[1:-1:2] = 0.5 * (u[0:-2:2] + u[2::2]) - f[1:-1:2]
    here_1 = u_1[2:-1:2]                           # (3)
    u_1[2:-1:2] = 0.5 * (u_1[1:-2:2] + u_1[3::2]) - f[2:-1:2]  # (4)
    result = np.sum(u_1**2)                        # (5)
    # backprop return np.sum(u**2)                   (5)
    du_1 = 2 * u_1
    # backprop here[:] = 0.5 * (u[start - 1 : -2 : 2] + u[start + 1 :: 2]) - f[start:-1:2]  (4)
    ddifference = du_1[2:-1:2].copy()
    du_1[2:-1:2] = 0.0
    dpart = 0.5 * ddifference
    df = np.zeros_like(f)
    df[2:-1:2] -= ddifference
    du_1[3::2] += dpart
    du_1[1:-2:2] += dpart
    # backprop here[:] = 0.5 * (u[start - 1 : -2 : 2] + u[start + 1 :: 2]) - f[start:-1:2]  (2)
    ddifference_1 = du_1[1:-1:2].copy()
    du_1[1:-1:2] = 0.0
    dpart_1 = 0.5 * ddifference_1
    df[1:-1:2] -= ddifference_1
    du_1[2::2] += dpart_1
    du_1[0:-2:2] += dpart_1
    return result, (du_1, df)
