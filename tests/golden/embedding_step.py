import numpy as np


def value_and_grad_embedding_step(table, tokens, rate):
    # forward pass
    gradient = np.zeros_like(table)                # (1)
    for i in range(tokens.shape[0]):               # (2)
        token = tokens[i]
        gradient[token] += table[token] ** 2       # (3)
    table_1 = table - rate * gradient              # (4)
    result = np.sum(table_1**3)                    # (5)
    # backprop return np.sum(table**3)               (5)
    dtable_1 = 3 * table_1**2
    # backprop table -= rate * gradient              (4)
    dtable = dtable_1
    drate = np.sum(-gradient * dtable_1)
    dgradient = -rate * dtable_1
    # backprop for token in tokens                   (2)
    for i in range(tokens.shape[0]):
        token = tokens[i]                          # (2)
        # backprop gradient[token] += table[token] ** 2  (3)
        dtable[token] += 2 * table[token] * dgradient[token]
    return result, (dtable, drate)
