"""The problem whose minimisation PyTorch and optax were recorded on: three numbers, one gradient formula."""

import numpy as np

START = np.array([1.0, -0.5, 2.0])
STEPS = (*range(1, 11), *range(20, 101, 10))  # those that are recorded, of 100
CURVATURE, MINIMUM = np.array([1.0, 30.0, 0.2]), np.array([0.3, 0.1, -1.0])


def gradient(w, sin=np.sin):
    """Neither convex nor separable, with curvatures far apart."""
    return CURVATURE * (w - MINIMUM) + 0.5 * sin(w[0] + w[1] + w[2])
