import numpy as np


def value_and_grad_loop_over_rows(X, v):
    # forward pass
    row = X[0]                                     # (1)
    row_1 = X[1]
    row_2 = X[2]
    weight = v[0]
    weight_1 = v[1]
    weight_2 = v[2]
    subtotal = np.sum(row * row)                   # (2)
    total = 0.0 + weight * subtotal / (1.0 + row[0] ** 2)
    subtotal_1 = np.sum(row_1 * row_1)             # (3)
    total_1 = total + weight_1 * subtotal_1 / (1.0 + row_1[0] ** 2)
    subtotal_2 = np.sum(row_2 * row_2)             # (4)
    total_2 = total_1 + weight_2 * subtotal_2 / (1.0 + row_2[0] ** 2)
    # backprop total += weight * np.sum(row * row) / (1.0 + row[0] ** 2)  (4)
    dtotal_1 = 1.0
    dweight_2 = subtotal_2 / (1.0 + row_2[0] ** 2)
    dX = np.zeros_like(X)
    dX[2, 0] -= 2 * weight_2 * subtotal_2 * row_2[0] / (1.0 + row_2[0] ** 2) ** 2
    drow_2 = 2 * row_2 * (weight_2 / (1.0 + row_2[0] ** 2))
    # backprop total += weight * np.sum(row * row) / (1.0 + row[0] ** 2)  (3)
    dtotal = dtotal_1
    dweight_1 = subtotal_1 / (1.0 + row_1[0] ** 2) * dtotal_1
    dX[1, 0] -= 2 * weight_1 * subtotal_1 * row_1[0] / (1.0 + row_1[0] ** 2) ** 2 * dtotal_1
    drow_1 = 2 * row_1 * (weight_1 / (1.0 + row_1[0] ** 2) * dtotal_1)
    # backprop total += weight * np.sum(row * row) / (1.0 + row[0] ** 2)  (2)
    dweight = subtotal / (1.0 + row[0] ** 2) * dtotal
    dX[0, 0] -= 2 * row[0] * total / (1.0 + row[0] ** 2) * dtotal
    drow = 2 * row * (weight / (1.0 + row[0] ** 2) * dtotal)
    # backprop for row, weight in zip(X, v, strict=True)  (1)
    dv = np.zeros_like(v)
    dv[2] += dweight_2
    dv[1] += dweight_1
    dv[0] += dweight
    dX[2] += drow_2
    dX[1] += drow_1
    dX[0] += drow
    return total_2, (dX, dv)
