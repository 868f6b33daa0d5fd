import numpy as np


def jvp_two_layer_relu(w1, b1, w2, b2, x, y, w1_dot, b1_dot, w2_dot, b2_dot, x_dot):
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
    # tangent loss = np.square(y_pred - y).mean()    (4)
    loss_dot = np.mean(2 * (y_pred - y) * y_pred_dot)
    return loss, loss_dot
