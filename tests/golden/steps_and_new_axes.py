import numpy as np


def value_and_grad_steps_and_new_axes(table, row):
    # forward pass
    table_1 = table.copy()                         # (1)
    table_1[::2] = table[::2] + row
    copy_array = table_1[1::2].copy()              # (2)
    product = row * copy_array
    table_1[1::2, :table.shape[1]] = product[:, ::-1]
    table_1[0] = 2.0 * row                         # (3)
    result = np.sum(table_1**2)                    # (4)
    # backprop return np.sum(table**2)               (4)
    dtable_1 = 2 * table_1
    # backprop table[:, None][0, 0] = 2.0 * row      (3)
    dproduct_1 = dtable_1[0].copy()
    dtable_1[0] = 0.0
    drow = 2 * dproduct_1
    # backprop table[1::2, ::-1] = row * table[1::2]  (2)
    dproduct = np.zeros_like(product)
    dproduct[:, ::-1] += dtable_1[1::2, :table.shape[1]]
    drow += np.sum(copy_array * dproduct, axis=0)
    dtable_1[1::2] = row * dproduct
    # backprop table[::2] += row                     (1)
    drow += np.sum(dtable_1[::2], axis=0)
    dtable = dtable_1
    return result, (dtable, drow)
