import numpy as np


def value_and_grad_joins(a, b, c):
    # forward pass
    rows = np.concatenate((a, b))                  # (1)
    both = np.stack((c, c * 2.0, rows[0]), axis=1)  # (2)
    joined = np.concatenate((rows, rows[:1] * rows))  # (3)
    result = np.sum(rows @ both) + np.sum(joined**2) + np.mean(np.concatenate((a, b)))
    # backprop return np.sum(rows @ both) + np.sum(np.concatenate((rows, rows[:1] * rows)) ** ...  (3)
    ratio = 1.0 / (a.shape[0] * a.shape[1] + a.shape[1] * b.shape[0])
    da = np.full(a.shape, ratio)
    db = np.full(b.shape, ratio)
    djoined = 2 * joined
    drows = djoined[:a.shape[0] + b.shape[0]]
    product = rows * djoined[a.shape[0] + b.shape[0]:]
    drows += rows[:1] * djoined[a.shape[0] + b.shape[0]:]
    drows[:1] += np.sum(product, axis=0, keepdims=True)
    dproduct_1 = np.ones((a.shape[0] + b.shape[0], 3))
    drows += dproduct_1 @ both.T
    dboth = rows.T @ dproduct_1
    # backprop both = np.stack((c, c * 2.0, rows[0]), axis=1)  (2)
    dc = dboth[:, 0]
    drows[0] += dboth[:, 2]
    dc += 2 * dboth[:, 1]
    # backprop rows = np.concatenate([a, b], axis=0)  (1)
    da += drows[:a.shape[0]]
    db += drows[a.shape[0]:]
    return result, (da, db, dc)
