import numpy as np


def value_and_grad_prefix_scan(x, decay):
    # forward pass
    out = np.zeros(len(x) + 1)                     # (1)
    for i in range(len(x)):                        # (2)
        out[i + 1] = decay * out[i] + x[i]         # (3)
    result = np.sum(out**2)                        # (4)
    # backprop return np.sum(out**2)                 (4)
    dout = 2 * out
    # backprop for i in range(len(x))                (2)
    dx = np.zeros_like(x)
    ddecay = 0.0
    for i in range(len(x) - 1, -1, -1):
        # backprop out[i + 1] = decay * out[i] + x[i]  (3)
        dtotal = dout[i + 1]
        dout[i + 1] = 0.0
        ddecay += out[i] * dtotal
        dx[i] += dtotal
        dout[i] += decay * dtotal
    return result, (dx, ddecay)
