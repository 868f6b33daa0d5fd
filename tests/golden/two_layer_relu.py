import numpy as np


def value_and_grad_two_layer_relu(w1, b1, w2, b2, x, y):
    # forward pass
    h = x @ w1 + b1                                # (1)
    h_relu = np.maximum(h, 0)                      # (2)
    y_pred = h_relu @ w2 + b2                      # (3)
    loss = np.mean(np.square(y_pred - y))          # (4)
    # backprop loss = np.square(y_pred - y).mean()   (4)
    dy_pred = 2 * (y_pred - y) / (w2.shape[1] * x.shape[0])
    # backprop y_pred = h_relu.dot(w2) + b2          (3)
    db2 = np.sum(dy_pred, axis=0)
    dh_relu = dy_pred @ w2.T
    dw2 = h_relu.T @ dy_pred
    # backprop h_relu = np.maximum(h, 0)             (2)
    dh = np.where(h > 0, dh_relu, np.where(h == 0, 0.5 * dh_relu, 0.0))
    # backprop h = x.dot(w1) + b1                    (1)
    db1 = np.sum(dh, axis=0)
    dx = dh @ w1.T
    dw1 = x.T @ dh
    return loss, (dw1, db1, dw2, db2, dx)
