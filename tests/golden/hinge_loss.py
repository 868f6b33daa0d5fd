import numpy as np


def value_and_grad_hinge_loss(W, X, y, reg):
    # forward pass
    scores = X @ W                                 # (1)
    num = X.shape[0]                               # (2)
    steps = np.arange(num)                         # (3)
    correct = scores[steps, y]
    total = scores - correct[:, None] + 1.0        # (4)
    margins = np.maximum(0, total)
    total_1 = np.sum(W * W)                        # (5)
    result = (np.sum(margins) - num * 1.0) / num + reg * total_1
    # backprop return (np.sum(margins) - num * 1.0) / num + reg * np.sum(W * W)  (5)
    dreg = total_1
    dW = 2 * W * reg
    dmargins = 1 / num
    # backprop margins = np.maximum(0, scores - correct[:, np.newaxis] + 1.0)  (4)
    dscores = np.where(total > 0, dmargins, np.where(total == 0, 0.5 * dmargins, 0.0))
    dcorrect = -np.sum(dscores, axis=1)
    # backprop correct = scores[np.arange(num), y]   (3)
    np.add.at(dscores, (steps, y), dcorrect)
    # backprop scores = X.dot(W)                     (1)
    dX = dscores @ W.T
    dW += X.T @ dscores
    return result, (dW, dX, dreg)
