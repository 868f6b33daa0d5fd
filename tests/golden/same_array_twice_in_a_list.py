import numpy as np


def value_and_grad_same_array_twice_in_a_list(u, k):
    # forward pass
    u_1 = u.copy()                                 # (1)
    u_1[0] = u[0] * k + 1.0
    u_1_0 = u_1[0]                                 # (2)
    u_1[0] = u_1_0 * k + 1.0
    product = u_1 * 2.0                            # (3)
    u_1[1] = k                                     # (4)
    result = np.sum(u_1 * product)                 # (5)
    # backprop return np.sum(both[0] * both[1])      (5)
    du_1 = product
    # backprop both[0][1] = k                        (4)
    dk = du_1[1]
    du_1[1] = 0.0
    # backprop both[1] = both[1] * 2.0               (3)
    du_1 += 2 * u_1
    # backprop a[0] = a[0] * k + 1.0                 (2)
    dk += u_1_0 * du_1[0]
    du_1[0] = k * du_1[0]
    # backprop a[0] = a[0] * k + 1.0                 (1)
    dk += u[0] * du_1[0]
    du_1[0] = k * du_1[0]
    return result, (du_1, dk)
