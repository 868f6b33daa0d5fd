import numpy as np


def value_and_grad_gather_rows(table, words, weights):
    # forward pass
    embedded = table[words]                        # (1)
    pooled = np.sum(embedded * weights[:, None], axis=0)  # (2)
    result = pooled @ pooled + np.sum(table[words[0]])  # (3)
    # backprop return pooled @ pooled + np.take(table, words[0], axis=0).sum()  (3)
    dtable = np.zeros_like(table)
    dtable[words[0]] += 1.0
    dpooled = 2 * pooled
    # backprop pooled = np.sum(embedded * weights[:, None], axis=0)  (2)
    dembedded = weights[:, None] * dpooled
    dweights = np.sum(embedded * dpooled, axis=1)
    # backprop embedded = table[words]               (1)
    np.add.at(dtable, words, dembedded)
    return result, (dtable, dweights)
