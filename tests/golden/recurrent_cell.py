import numpy as np


def value_and_grad_recurrent_cell(W, U, b, inputs):
    # forward pass
    h = np.zeros(W.shape[0])                       # (1)
    kept_h = np.empty((len(inputs), W.shape[0]))  # kept for the reverse
    for t in range(len(inputs)):                   # (2)
        kept_h[t] = h
        h = np.tanh(W @ h + U @ inputs[t] + b)     # (3)
    result = np.sum(h**2)                          # (4)
    # backprop return np.sum(h**2)                   (4)
    dh = 2 * h
    # backprop for t in range(len(inputs))           (2)
    dW = np.zeros_like(W)
    dinputs = np.zeros_like(inputs)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for t in range(len(inputs) - 1, -1, -1):
        # backprop h = np.tanh(W @ h + U @ inputs[t] + b)  (3)
        dproduct = (1 - h**2) * dh
        db += dproduct
        dU += dproduct[:, None] * inputs[t]
        dinputs[t] += U.T @ dproduct
        h = kept_h[t]
        dW += dproduct[:, None] * h
        dh = W.T @ dproduct
    return result, (dW, dU, db, dinputs)
