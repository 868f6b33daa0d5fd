import math

import numpy as np


def value_and_grad_density_of_neighbours(points, width):
    # forward pass
    dpoints = np.zeros_like(points)
    taken = np.empty(len(points), dtype=np.bool_)  # kept for the reverse
    exps = np.empty(len(points))  # kept for the reverse
    ratios = np.empty(len(points))  # kept for the reverse
    total = 0.0                                    # (1)
    dwidth = 0.0
    for i in range(len(points)):
        density = 0.0                              # (2)
        for j in range(len(points)):
            j_is_not_i = j != i                    # (3)
            taken[j] = j_is_not_i
            if j_is_not_i:
                ratio = -np.sum((points[i] - points[j]) ** 2) / width  # (4)
                ratios[j] = ratio
                exp = math.exp(ratio)
                exps[j] = exp
                density += exp
        total += math.log(density + 0.1)           # (5)
        # backprop total += math.log(density + 0.1)  (5)
        ddensity = 1 / (density + 0.1)
        # backprop for j in range(len(points))       (2)
        for j in range(len(points)):
            j_is_not_i = taken[j]
            # backprop if j != i                     (3)
            if j_is_not_i:
                exp = exps[j]
                ratio = ratios[j]
                difference = points[i] - points[j]  # (4)
                # backprop density += math.exp(-np.sum((points[i] - points[j]) ** 2) / width)  (4)
                dnumber = exp * ddensity
                dtotal_1 = -dnumber / width
                dwidth -= ratio / width * dnumber
                dpoints[j] -= 2 * difference * dtotal_1
                dpoints[i] += 2 * difference * dtotal_1
    return total, (dpoints, dwidth)
