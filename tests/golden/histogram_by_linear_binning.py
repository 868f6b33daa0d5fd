import numpy as np


def value_and_grad_histogram_by_linear_binning(positions, masses, cells):
    # forward pass
    density = np.zeros(cells + 1)                  # (1)
    cells_1 = np.empty(positions.shape[0], dtype=np.int64)  # kept for the reverse
    for i in range(positions.shape[0]):            # (2)
        x = positions[i]
        mass = masses[i]
        cell = int(np.trunc(x))                    # (3)
        cells_1[i] = cell
        part = x - cell                            # (4)
        density[cell] += mass * (1.0 - part)       # (5)
        total = cell + 1                           # (6)
        density[total] += mass * part
    result = np.sum(density**2)                    # (7)
    # backprop return np.sum(density**2)             (7)
    ddensity = 2 * density
    # backprop for x, mass in zip(positions, masses)  (2)
    dpositions = np.zeros_like(positions)
    dmasses = np.zeros_like(masses)
    for i in range(positions.shape[0]):
        cell = cells_1[i]
        total = cell + 1                           # (6)
        x = positions[i]                           # (2)
        part = x - cell                            # (4)
        # backprop density[cell + 1] += mass * part  (6)
        dmass = part * ddensity[total]
        mass = masses[i]                           # (2)
        # backprop density[cell + 1] += mass * part  (6)
        dpart = mass * ddensity[total]
        difference = 1.0 - part                    # (5)
        # backprop density[cell] += mass * (1.0 - part)  (5)
        dmass += difference * ddensity[cell]
        dpart -= mass * ddensity[cell]
        # backprop part = x - cell                   (4)
        dx = dpart
        # backprop for x, mass in zip(positions, masses)  (2)
        dmasses[i] += dmass
        dpositions[i] += dx
    return result, (dpositions, dmasses)
