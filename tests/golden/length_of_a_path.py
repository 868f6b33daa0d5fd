import math

import numpy as np


def value_and_grad_length_of_a_path(points, weights):
    # forward pass
    hypots = np.empty(max(points.shape[0] - 1, 0))  # kept for the reverse
    total = 0.0                                    # (1)
    for i in range(points.shape[0] - 1):
        k = i + 1
        x0 = points[:-1][i][0]
        y0 = points[:-1][i][1]
        x1 = points[1:][i][0]
        y1 = points[1:][i][1]
        hypot = math.hypot(float(x1 - x0), float(y1 - y0))  # (2)
        hypots[i] = hypot
        total += weights[k] * hypot
    for k in range(len(weights) - 1, -1, -1):      # (3)
        total = 0.9 * total + weights[k]           # (4)
    # backprop for k in reversed(range(len(weights)))  (3)
    dweights = np.zeros_like(weights)
    dtotal = 1.0
    for k in range(len(weights)):
        # backprop total = 0.9 * total + weights[k]  (4)
        dweights[k] += dtotal
        dtotal *= 0.9
    # backprop for k, ((x0, y0), (x1, y1)) in enumerate(zip(points[:-1], points[1:]), start=1)  (1)
    dpoints = np.zeros_like(points)
    for i in range(points.shape[0] - 1):
        hypot = hypots[i]
        k = i + 1                                  # (1)
        x1 = points[1:][i][0]
        x0 = points[:-1][i][0]
        y1 = points[1:][i][1]
        y0 = points[:-1][i][1]
        # backprop total += weights[k] * math.hypot(x1 - x0, y1 - y0)  (2)
        dhypot = weights[k] * dtotal
        dy0 = -(0.0 if hypot == 0 else (y1 - y0) / hypot * dhypot)
        dx0 = -(0.0 if hypot == 0 else (x1 - x0) / hypot * dhypot)
        dweights[k] += hypot * dtotal
        # backprop for k, ((x0, y0), (x1, y1)) in enumerate(zip(points[:-1], points[1:]), start=1)  (1)
        dpoints[k, 1] += 0.0 if hypot == 0 else (y1 - y0) / hypot * dhypot
        dpoints[k, 0] += 0.0 if hypot == 0 else (x1 - x0) / hypot * dhypot
        dpoints[i, 1] += dy0
        dpoints[i, 0] += dx0
    return total, (dpoints, dweights)
