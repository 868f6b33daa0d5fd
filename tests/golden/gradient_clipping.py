import numpy as np


def value_and_grad_gradient_clipping(g, limit):
    # forward pass
    norm = np.sqrt(np.sum(g * g))                  # (1)
    norm_above_limit = norm > limit                # (2)
    if norm_above_limit:
        g_1 = g * (limit / norm)                   # (3)
    else:
        g_1 = g
    result = g_1[0] + 2.0 * g_1[1] + np.sum(g_1**3)  # (4)
    # backprop return g[0] + 2.0 * g[1] + np.sum(g**3)  (4)
    dg_1 = 3 * g_1**2
    dg_1[1] += 2.0
    dg_1[0] += 1.0
    # backprop if norm > limit                       (2)
    if norm_above_limit:
        ratio = limit / norm                       # (3)
        # backprop g = g * (limit / norm)            (3)
        dratio_1 = np.sum(g * dg_1)
        dlimit = dratio_1 / norm
        dnorm = -ratio / norm * dratio_1
        dg_1 = ratio * dg_1
    else:
        dlimit = 0.0
        dnorm = 0.0
    # backprop norm = np.linalg.norm(g)              (1)
    dg_1 += 2 * g * (0.0 if norm == 0 else 0.5 / norm * dnorm)
    return result, (dg_1, dlimit)
