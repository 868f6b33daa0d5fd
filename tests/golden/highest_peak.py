import numpy as np


def value_and_grad_highest_peak(x):
    # forward pass
    best = 1                                       # (1)
    for i in range(2, len(x) - 1):
        if x[i] > x[best]:                         # (2)
            best = i
    left = x[best - 1]                             # (3)
    middle = x[best]
    right = x[best + 1]
    curvature = left - 2.0 * middle + right        # (4)
    curvature_below_0 = curvature < 0.0            # (5)
    if curvature_below_0:
        power = (right - left) ** 2
        middle -= power / (8.0 * curvature)
    # backprop return middle - (right - left) ** 2 / (8.0 * curvature) if curvature < 0.0 else ...  (5)
    if curvature_below_0:
        difference = right - left                  # (5)
        dright = -0.25 * difference / curvature
        dleft = 0.25 * difference / curvature
        dcurvature = 0.125 * power / curvature**2
    else:
        dright = 0.0
        dleft = 0.0
        dcurvature = 0.0
    # backprop curvature = left - 2.0 * middle + right  (4)
    dleft += dcurvature
    dmiddle = 1.0 - 2 * dcurvature
    dright += dcurvature
    # backprop left, middle, right = x[best - 1], x[best], x[best + 1]  (3)
    dx = np.zeros_like(x)
    dx[best + 1] += dright
    dx[best] += dmiddle
    dx[best - 1] += dleft
    return middle, dx
