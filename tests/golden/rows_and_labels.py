import math

import numpy as np


def value_and_grad_rows_and_labels(W, X, labels):
    # forward pass
    numbers = np.empty(len(X))  # kept for the reverse
    exps = np.empty((len(X), W.shape[1]))  # kept for the reverse
    kept_scores = np.empty((len(X), W.shape[1]))  # kept for the reverse
    tops = np.empty(len(X))  # kept for the reverse
    loss = 0.0                                     # (1)
    for i in range(len(X)):
        row = X[i]
        label = labels[i]
        scores = row @ W                           # (2)
        kept_scores[i] = scores
        top = np.max(scores)                       # (3)
        tops[i] = top
        exp = np.exp(scores - top)                 # (4)
        exps[i] = exp
        number = float(np.sum(exp))
        numbers[i] = number
        loss += top + math.log(number) - scores[label]
        loss += 0.01 * i * row[0]                  # (5)
    result = loss / len(X)                         # (6)
    # backprop return loss / len(X)                  (6)
    dloss = 1 / len(X)
    # backprop for i, (row, label) in enumerate(zip(X, labels))  (1)
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    for i in range(len(X)):
        number = numbers[i]
        exp = exps[i]
        scores = kept_scores[i]
        top = tops[i]
        label = labels[i]                          # (1)
        row = X[i]
        # backprop loss += 0.01 * i * row[0]         (5)
        dX[i, 0] += 0.01 * i * dloss
        # backprop loss += top + math.log(np.sum(np.exp(scores - top))) - scores[label]  (4)
        dtop = dloss
        dscores = exp * (dloss / number)
        dscores[label] -= dloss
        dtop += np.sum(-exp * (dloss / number))
        # backprop top = np.max(scores)              (3)
        scores_is_top = scores == top
        dscores += np.where(scores_is_top, dtop / np.sum(scores_is_top), 0.0)
        # backprop scores = row @ W                  (2)
        drow = W @ dscores
        dW += row[:, None] * dscores
        # backprop for i, (row, label) in enumerate(zip(X, labels))  (1)
        dX[i] += drow
    return result, (dW, dX)
