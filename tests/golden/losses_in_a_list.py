import numpy as np


def value_and_grad_losses_in_a_list(w, X, y):
    # forward pass
    residual = X[0] @ w - y[0]                     # (1)
    power = residual**2                            # (2)
    residual_1 = X[1] @ w - y[1]                   # (3)
    power_1 = residual_1**2                        # (4)
    residual_2 = X[2] @ w - y[2]                   # (5)
    power_2 = residual_2**2                        # (6)
    residual_3 = X[3] @ w - y[3]                   # (7)
    power_3 = residual_3**2                        # (8)
    residual_4 = X[4] @ w - y[4]                   # (9)
    power_4 = residual_4**2                        # (10)
    mask = w[0] > 0.0                              # (11)
    result = (
        np.mean(np.array([power, power_1, power_2, power_3, power_4])) + (w[0] if mask else 0.0)
    )
    # backprop return np.mean(np.array(losses)) + max(0.0, w[0])  (11)
    dw = np.zeros_like(w)
    dw[0] += 1.0 if mask else 0.0
    dstacked = np.full(5, 1.0 / 5)
    # backprop losses.append(residual**2)            (10)
    dresidual_4 = 2 * residual_4 * dstacked[4]
    # backprop residual = X[i] @ w - y[i]            (9)
    dy = np.zeros_like(y)
    dy[4] -= dresidual_4
    dw += dresidual_4 * X[4]
    dX = np.zeros_like(X)
    dX[4] += dresidual_4 * w
    # backprop losses.append(residual**2)            (8)
    dresidual_3 = 2 * residual_3 * dstacked[3]
    # backprop residual = X[i] @ w - y[i]            (7)
    dy[3] -= dresidual_3
    dw += dresidual_3 * X[3]
    dX[3] += dresidual_3 * w
    # backprop losses.append(residual**2)            (6)
    dresidual_2 = 2 * residual_2 * dstacked[2]
    # backprop residual = X[i] @ w - y[i]            (5)
    dy[2] -= dresidual_2
    dw += dresidual_2 * X[2]
    dX[2] += dresidual_2 * w
    # backprop losses.append(residual**2)            (4)
    dresidual_1 = 2 * residual_1 * dstacked[1]
    # backprop residual = X[i] @ w - y[i]            (3)
    dy[1] -= dresidual_1
    dw += dresidual_1 * X[1]
    dX[1] += dresidual_1 * w
    # backprop losses.append(residual**2)            (2)
    dresidual = 2 * residual * dstacked[0]
    # backprop residual = X[i] @ w - y[i]            (1)
    dy[0] -= dresidual
    dw += dresidual * X[0]
    dX[0] += dresidual * w
    return result, (dw, dX, dy)
