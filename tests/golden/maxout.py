import numpy as np


def value_and_grad_maxout(x, w1, b1, w2, b2):
    # forward pass
    total = x @ w1 + b1                            # (1)
    total_1 = x @ w2 + b2
    result = np.sum(np.maximum(total, total_1))
    # backprop return np.sum(np.maximum(x @ w1 + b1, x @ w2 + b2))  (1)
    dtotal = np.where(total > total_1, 1.0, np.where(total == total_1, 0.5, 0.0))
    dtotal_1 = np.where(total_1 > total, 1.0, np.where(total_1 == total, 0.5, 0.0))
    db2 = np.sum(dtotal_1, axis=0)
    dx = dtotal_1 @ w2.T
    dw2 = x.T @ dtotal_1
    db1 = np.sum(dtotal, axis=0)
    dx += dtotal @ w1.T
    dw1 = x.T @ dtotal
    return result, (dx, dw1, db1, dw2, db2)
