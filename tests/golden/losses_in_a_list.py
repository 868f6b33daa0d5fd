import numpy as np


def value_and_grad_losses_in_a_list(w, X, y):
    # forward pass
    losses = np.empty(len(X))                      # (1)
    residuals = np.empty(len(X))  # kept for the reverse
    for i in range(len(X)):                        # (2)
        residual = X[i] @ w - y[i]                 # (3)
        residuals[i] = residual
        losses[i] = residual**2                    # (4)
    w_0_above_0 = w[0] > 0.0                       # (5)
    result = np.mean(losses) + (w[0] if w_0_above_0 else 0.0)
    # backprop return np.mean(np.array(losses)) + max(0.0, w[0])  (5)
    dw = np.zeros_like(w)
    dw[0] += 1.0 if w_0_above_0 else 0.0
    dlosses = np.full(len(X), 1.0 / len(X))
    # backprop for i in range(len(X))                (2)
    dX = np.zeros_like(X)
    dy = np.zeros_like(y)
    for i in range(len(X) - 1, -1, -1):
        residual = residuals[i]
        # backprop losses.append(residual**2)        (4)
        dpower = dlosses[i]
        dlosses[i] = 0.0
        dresidual = 2 * residual * dpower
        # backprop residual = X[i] @ w - y[i]        (3)
        dy[i] -= dresidual
        dw += dresidual * X[i]
        dX[i] += dresidual * w
    return result, (dw, dX, dy)
