import numpy as np


def value_and_grad_scatter_add(forces, stiffness, ends, lengths):
    # forward pass
    total = np.zeros(forces.shape[0])              # (1)
    part = total[ends[:, 0]]                       # (2)
    np.add.at(total, np.s_[ends[:, 0]], stiffness * lengths)
    part_1 = total[ends[:, 1]]                     # (3)
    np.add.at(total, np.s_[ends[:, 1]], -stiffness * lengths)
    result = np.sum((total - forces) ** 2)         # (4)
    # backprop return np.sum((total - forces) ** 2)  (4)
    difference = total - forces
    dtotal = 2 * difference
    dforces = -2 * difference
    # backprop np.add.at(total, ends[:, 1], -stiffness * lengths)  (3)
    dproduct = dtotal[ends[:, 1]]
    dstiffness = -lengths * dproduct
    dlengths = -stiffness * dproduct
    # backprop np.add.at(total, ends[:, 0], stiffness * lengths)  (2)
    dproduct_1 = dtotal[ends[:, 0]]
    dstiffness += lengths * dproduct_1
    dlengths += stiffness * dproduct_1
    return result, (dforces, dstiffness, dlengths)
