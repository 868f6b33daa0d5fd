import numpy as np


def value_and_grad_histogram_by_linear_binning(positions, masses, cells):
    # forward pass
    density = np.zeros(cells + 1)                  # (1)
    cells_1 = np.empty(positions.shape[0], dtype=np.int64)  # kept for the reverse
    for i in range(positions.shape[0]):            # (2)
        x = positions[i]                           # (3)
        mass = masses[i]
        cell = int(np.trunc(x))                    # (4)
        cells_1[i] = cell
        part = x - cell                            # (5)
        density[cell] += mass * (1.0 - part)       # (6)
        total = cell + 1                           # (7)
        density[total] += mass * part
    result = np.sum(density**2)                    # (8)
    # backprop return np.sum(density**2)             (8)
    ddensity = 2 * density
    # backprop for x, mass in zip(positions, masses)  (2)
    dpositions = np.zeros(positions.shape[0])
    dmasses = np.zeros(positions.shape[0])
    for i in range(positions.shape[0]):
        cell = cells_1[i]
        total = cell + 1                           # (7)
        x = positions[i]                           # (3)
        part = x - cell                            # (5)
        # backprop density[cell + 1] += mass * part  (7)
        dmass = part * ddensity[total]
        mass = masses[i]                           # (3)
        # backprop density[cell + 1] += mass * part  (7)
        dpart = mass * ddensity[total]
        difference = 1.0 - part                    # (6)
        # backprop density[cell] += mass * (1.0 - part)  (6)
        dmass += difference * ddensity[cell]
        dpart -= mass * ddensity[cell]
        # backprop part = x - cell                   (5)
        dx = dpart
        # backprop density[cell + 1] += mass * part  (3)
        dmasses[i] += dmass
        dpositions[i] += dx
    return result, (dpositions, dmasses)
