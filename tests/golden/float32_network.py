import numpy as np


def value_and_grad_float32_network(w, b, x, y):
    # forward pass
    tanh = np.tanh(x @ w + b)                      # (1)
    h = tanh * 0.5
    result = np.sum((h - y) ** 2) / x.shape[0]     # (2)
    # backprop return np.sum((h - y) ** 2) / x.shape[0]  (2)
    dh = 2 * (h - y) * np.float32(1 / x.shape[0])
    # backprop h = np.tanh(x @ w + b) * 0.5          (1)
    dtotal = (1 - tanh**2) * (0.5 * dh)
    db = np.sum(dtotal, axis=0)
    dx = dtotal @ w.T
    dw = x.T @ dtotal
    return result, (dw, db, dx)
