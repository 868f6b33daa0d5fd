import numpy as np


def value_and_grad_broadcast_all_ways(x, row, column, scalar):
    # forward pass
    total = 1.0 + scalar**2                        # (1)
    ratio = column / total
    y = x * row + ratio
    z = scalar - y * column                        # (2)
    result = np.sum(z * row[0]) + np.sum(column * scalar)  # (3)
    # backprop return (z * row[0]).sum() + np.sum(column * scalar)  (3)
    dcolumn = np.full(column.shape, scalar)
    dscalar = np.sum(column)
    dz = row[0]
    drow = np.zeros_like(row)
    drow[0] += np.sum(z)
    # backprop z = scalar - y * column               (2)
    dscalar += (x.shape[0] * x.shape[1]) * dz
    dy = -column * dz
    dcolumn += np.sum(-y * dz, axis=1, keepdims=True)
    # backprop y = x * row + column / (1.0 + scalar**2)  (1)
    dx = row * dy
    drow += np.sum(x * dy, axis=0)
    dratio = x.shape[1] * dy
    dcolumn += dratio / total
    dscalar += 2 * scalar * np.sum(-ratio / total * dratio)
    return result, (dx, drow, dcolumn, dscalar)
