import numpy as np


def value_and_grad_logistic_regression(w, b, features, labels, *, l2=0.1):
    # forward pass
    logits = features @ w + b                      # (1)
    logaddexp = np.logaddexp(0.0, logits)          # (2)
    losses = logaddexp - labels * logits
    result = np.mean(losses) + l2 * np.sum(w**2)   # (3)
    # backprop return losses.mean() + l2 * np.sum(w**2)  (3)
    dw = 2 * w * l2
    dlosses = 1.0 / features.shape[0]
    # backprop losses = np.logaddexp(0.0, logits) - labels * logits  (2)
    dlogits = -labels * dlosses
    dlogits += np.exp(logits - logaddexp) * dlosses
    # backprop logits = features @ w + b             (1)
    db = np.sum(dlogits)
    dw += features.T @ dlogits
    return result, (dw, db)
