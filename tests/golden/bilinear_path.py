import math

import numpy as np


def value_and_grad_bilinear_path(heights, xs, ys):
    # forward pass
    taken = np.empty(len(xs), dtype=np.bool_)  # kept for the reverse
    hypots = np.empty(len(xs))  # kept for the reverse
    numbers = np.empty(len(xs))  # kept for the reverse
    kept_i = np.empty(len(xs), dtype=np.int64)  # kept for the reverse
    kept_j = np.empty(len(xs), dtype=np.int64)  # kept for the reverse
    length = 0.0                                   # (1)
    last = 0.0
    for k in range(len(xs)):
        i = int(np.trunc(xs[k]))                   # (2)
        kept_i[k] = i
        j = int(np.trunc(ys[k]))
        kept_j[k] = j
        s = xs[k] - i                              # (3)
        t = ys[k] - j
        here = (1 - s) * ((1 - t) * heights[i, j] + t * heights[i, j + 1])  # (4)
        here += s * ((1 - t) * heights[i + 1, j] + t * heights[i + 1, j + 1])  # (5)
        k_above_0 = k > 0                          # (6)
        taken[k] = k_above_0
        if k_above_0:
            number = float(here - last)            # (7)
            numbers[k] = number
            hypot = math.hypot(float(xs[k] - xs[k - 1]), number)
            hypots[k] = hypot
            length += hypot
        last = here
    # backprop for k in range(len(xs))               (1)
    dxs = np.zeros_like(xs)
    dys = np.zeros_like(ys)
    dheights = np.zeros_like(heights)
    dlast = 0.0
    for k in range(len(xs) - 1, -1, -1):
        k_above_0 = taken[k]
        j = kept_j[k]
        i = kept_i[k]
        t = ys[k] - j                              # (3)
        s = xs[k] - i
        difference = 1 - s                         # (4)
        difference_1 = 1 - t                       # (5)
        dhere = dlast
        # backprop if k > 0                          (6)
        if k_above_0:
            hypot = hypots[k]
            number = numbers[k]
            # backprop length += math.hypot(xs[k] - xs[k - 1], here - last)  (7)
            dnumber_1 = 0.0 if hypot == 0 else (xs[k] - xs[k - 1]) / hypot
            dnumber = 0.0 if hypot == 0 else number / hypot
            dhere += dnumber
            dlast = -dnumber
            dxs[k - 1] -= dnumber_1
            dxs[k] += dnumber_1
        else:
            dlast = 0.0
        # backprop here += s * ((1 - t) * heights[i + 1, j] + t * heights[i + 1, j + 1])  (5)
        ds = (difference_1 * heights[i + 1, j] + t * heights[i + 1, j + 1]) * dhere
        dt = s * (heights[i + 1, j + 1] - heights[i + 1, j]) * dhere
        dheights[i + 1, j + 1] += s * t * dhere
        dheights[i + 1, j] += s * difference_1 * dhere
        # backprop here = (1 - s) * ((1 - t) * heights[i, j] + t * heights[i, j + 1])  (4)
        ds -= (difference_1 * heights[i, j] + t * heights[i, j + 1]) * dhere
        dt += difference * (heights[i, j + 1] - heights[i, j]) * dhere
        dheights[i, j + 1] += t * difference * dhere
        dheights[i, j] += difference * difference_1 * dhere
        # backprop s, t = xs[k] - i, ys[k] - j       (3)
        dys[k] += dt
        dxs[k] += ds
    return length, (dheights, dxs, dys)
