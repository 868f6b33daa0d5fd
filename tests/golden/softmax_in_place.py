import math

import numpy as np


def value_and_grad_softmax_in_place(z, label):
    # forward pass
    largest = np.max(z)                            # (1)
    z_1 = z - largest
    z_2 = np.exp(z_1)                              # (2)
    total = np.sum(z_2)                            # (3)
    z_3 = z_2 / total
    number = float(z_3[label])                     # (4)
    result = -math.log(number)
    # backprop return -math.log(z[label])            (4)
    dz_3 = np.zeros_like(z_3)
    dz_3[label] -= 1 / number
    # backprop z /= z.sum()                          (3)
    dz_2 = dz_3 / total
    dz_2 += np.sum(-z_3 / total * dz_3)
    # backprop np.exp(z, out=z)                      (2)
    dz_1 = z_2 * dz_2
    # backprop z -= z.max()                          (1)
    dz = dz_1
    z_is_largest = z == largest
    dz += np.where(z_is_largest, -np.sum(dz_1) / np.sum(z_is_largest), 0.0)
    return result, dz
