import numpy as np


def value_and_grad_outer_sums(a, b):
    # forward pass
    table = a[:, None] + b                         # (1)
    total = np.sum(table.T)                        # (2)
    result = np.sum(np.sin(table) * total)
    # backprop return np.sum(np.sin(table) * table.T.sum())  (2)
    dtable = total * np.cos(table)
    dtable += np.sum(np.sin(table))
    # backprop table = a[:, None] + b                (1)
    db = np.sum(dtable, axis=0)
    da = np.sum(dtable, axis=1)
    return result, (da, db)
