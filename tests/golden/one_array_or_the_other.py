import numpy as np


def value_and_grad_one_array_or_the_other(w, v):
    # forward pass
    condition = np.sum(w * w) < np.sum(v * v)      # (1)
    if not condition:
        w = v
    w_0_above_0 = w[0] > 0                         # (2)
    if w_0_above_0:
        step = 0.1 * w                             # (3)
    else:
        norm = np.sqrt(np.sum(w**2))               # (4)
        step = w / norm                            # (5)
    result = np.sum((w - step) ** 3)               # (6)
    # backprop return np.sum((better - step) ** 3)   (6)
    power = (w - step) ** 2
    dw = 3 * power
    dstep = -3 * power
    # backprop if better[0] > 0                      (2)
    if w_0_above_0:
        # backprop step = 0.1 * better               (3)
        dw += 0.1 * dstep
    else:
        step_1 = w / norm                          # (5)
        # backprop step = better / norm              (5)
        dw += dstep / norm
        dnorm = np.sum(-step_1 / norm * dstep)
        # backprop norm = np.sqrt(np.sum(better**2))  (4)
        dw += 2 * w * (0.5 / norm * dnorm)
    # backprop better = w if np.sum(w * w) < np.sum(v * v) else v  (1)
    if condition:
        dv = np.zeros_like(v)
    else:
        dv = dw
        dw = np.zeros_like(w)
    return result, (dw, dv)
