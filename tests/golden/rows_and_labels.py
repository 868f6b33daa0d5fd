import math

import numpy as np


def value_and_grad_rows_and_labels(W, X, labels):
    # backprop return loss / len(X)                  (6)
    dloss = 1 / len(X)
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    loss = 0.0                                     # (1)
    for i in range(len(X)):
        row = X[i]
        label = labels[i]
        scores = row @ W                           # (2)
        top = np.max(scores)                       # (3)
        exp = np.exp(scores - top)                 # (4)
        number = float(np.sum(exp))
        loss += top + math.log(number) - scores[label]
        loss += 0.01 * i * row[0]                  # (5)
        # backprop loss += 0.01 * i * row[0]         (5)
        dX[i, 0] += 0.01 * i * dloss
        # backprop loss += top + math.log(np.sum(np.exp(scores - top))) - scores[label]  (4)
        dtop = dloss
        dnumber = dloss / number
        dscores = exp * dnumber
        dscores[label] -= dloss
        dtop += np.sum(-exp * dnumber)
        # backprop top = np.max(scores)              (3)
        scores_is_top = scores == top
        dscores += np.where(scores_is_top, dtop / np.sum(scores_is_top), 0.0)
        # backprop scores = row @ W                  (2)
        drow = W @ dscores
        dW += row[:, None] * dscores
        # backprop for i, (row, label) in enumerate(zip(X, labels))  (1)
        dX[i] += drow
    result = loss / len(X)                         # (6)
    return result, (dW, dX)
