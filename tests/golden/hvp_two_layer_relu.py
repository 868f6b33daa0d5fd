import numpy as np


def hvp_two_layer_relu(w1, b1, w2, b2, x, y, w1_dot, b1_dot, w2_dot, b2_dot, x_dot):
    # forward pass
    h = x @ w1 + b1                                # (1)
    # tangent h = x.dot(w1) + b1                     (1)
    h_dot = x_dot @ w1 + x @ w1_dot + b1_dot
    h_relu = np.maximum(h, 0)                      # (2)
    # tangent h_relu = np.maximum(h, 0)              (2)
    h_relu_dot = np.where(h > 0, h_dot, np.where(h == 0, 0.5 * h_dot, 0.0))
    y_pred = h_relu @ w2 + b2                      # (3)
    # tangent y_pred = h_relu.dot(w2) + b2           (3)
    y_pred_dot = h_relu_dot @ w2 + h_relu @ w2_dot + b2_dot
    loss = np.mean(np.square(y_pred - y))          # (4)
    # backprop loss = np.square(y_pred - y).mean()   (4)
    ratio = 1.0 / (w2.shape[1] * x.shape[0])
    dy_pred = 2 * (y_pred - y) / (w2.shape[1] * x.shape[0])
    # tangent backprop loss = np.square(y_pred - y).mean()  (4)
    dy_pred_dot = 2 * ratio * y_pred_dot
    # tangent backprop y_pred = h_relu.dot(w2) + b2  (3)
    db2_dot = np.sum(dy_pred_dot, axis=0)
    # backprop y_pred = h_relu.dot(w2) + b2          (3)
    dh_relu = dy_pred @ w2.T
    # tangent backprop y_pred = h_relu.dot(w2) + b2  (3)
    dh_relu_dot = dy_pred_dot @ w2.T + dy_pred @ w2_dot.T
    dw2_dot = h_relu_dot.T @ dy_pred + h_relu.T @ dy_pred_dot
    # backprop h_relu = np.maximum(h, 0)             (2)
    h_is_0 = h == 0
    h_above_0 = h > 0
    dh = np.where(h_above_0, dh_relu, np.where(h_is_0, 0.5 * dh_relu, 0.0))
    # tangent backprop h_relu = np.maximum(h, 0)     (2)
    dh_dot = (
        np.where(h_above_0, dh_relu_dot, 0.0)
        + np.where(h_above_0, 0.0, np.where(h_is_0, 0.5 * dh_relu_dot, 0.0))
    )
    # tangent backprop h = x.dot(w1) + b1            (1)
    db1_dot = np.sum(dh_dot, axis=0)
    dx_dot = dh_dot @ w1.T + dh @ w1_dot.T
    dw1_dot = x_dot.T @ dh + x.T @ dh_dot
    return dw1_dot, db1_dot, dw2_dot, db2_dot, dx_dot
