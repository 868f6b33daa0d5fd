import numpy as np


def value_and_grad_deep_network(params, X, labels):
    W1 = params["W1"]
    b1 = params["b1"]
    W2 = params["W2"]
    b2 = params["b2"]
    # forward pass
    A = np.tanh(X @ W1 + b1)                       # (1)
    scores = A @ W2 + b2                           # (2)
    largest = np.max(scores, axis=1, keepdims=True)  # (3)
    shifted = scores - largest
    exp_shifted = np.exp(shifted)                  # (4)
    total = np.sum(exp_shifted, axis=1, keepdims=True)
    log_probs = shifted - np.log(total)
    rows = np.arange(X.shape[0])                   # (5)
    result = -np.mean(log_probs[rows, labels])     # (6)
    # backprop return -np.mean(log_probs[rows, labels])  (6)
    dlog_probs = np.zeros_like(log_probs)
    np.add.at(dlog_probs, (rows, labels), -1.0 / X.shape[0])
    # backprop log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))  (4)
    dshifted = dlog_probs
    dshifted += exp_shifted * (-np.sum(dlog_probs, axis=1, keepdims=True) / total)
    # backprop shifted = scores - np.max(scores, axis=1, keepdims=True)  (3)
    dscores = dshifted
    scores_is_largest = scores == largest
    dscores += np.where(
        scores_is_largest,
        -np.sum(dshifted, axis=1, keepdims=True) / np.sum(scores_is_largest, axis=1, keepdims=True),
        0.0,
    )
    # backprop scores = A @ params[f"W{layers}"] + params[f"b{layers}"]  (2)
    db2 = np.sum(dscores, axis=0)
    dA = dscores @ W2.T
    dW2 = A.T @ dscores
    # backprop A = np.tanh(A @ params["W" + str(l)] + params[f"b{l}"])  (1)
    dproduct = (1 - A**2) * dA
    db1 = np.sum(dproduct, axis=0)
    dX = dproduct @ W1.T
    dW1 = X.T @ dproduct
    return result, ({"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}, dX)
