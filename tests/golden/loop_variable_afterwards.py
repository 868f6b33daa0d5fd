import numpy as np


def value_and_grad_loop_variable_afterwards(x, n):
    # forward pass
    scales = np.empty(max(n, 0))  # kept for the reverse
    scale = 1.0                                    # (1)
    i = -1
    for i_1 in range(n):
        scales[i_1] = scale
        scale = scale * x / (i_1 + 1)              # (2)
        i = i_1
    result = scale * (i + 2)                       # (3)
    # backprop return scale * (i + 2)                (3)
    dscale = float(i + 2)
    # backprop for i in range(n)                     (1)
    dx = 0.0
    for i_1 in range(n - 1, -1, -1):
        scale_1 = scales[i_1]
        # backprop scale = scale * x / (i + 1)       (2)
        dx += scale_1 / (i_1 + 1) * dscale
        dscale *= x / (i_1 + 1)
    return result, dx
