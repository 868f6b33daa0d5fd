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
        density[cell + 1] += mass * part           # (6)
    result = np.sum(density**2)                    # (7)
    # backprop return np.sum(density**2)             (7)
    ddensity = 2 * density
    # backprop for x, mass in zip(positions, masses)  (2)
    dpositions = np.zeros_like(positions)
    dmasses = np.zeros_like(masses)
    for i in range(positions.shape[0]):
        cell = cells_1[i]
        x = positions[i]                           # (2)
        mass = masses[i]
        part = x - cell                            # (4)
        # backprop density[cell + 1] += mass * part  (6)
        dmass = part * ddensity[cell + 1]
        dpart = mass * ddensity[cell + 1]
        # backprop density[cell] += mass * (1.0 - part)  (5)
        dmass += (1.0 - part) * ddensity[cell]
        dpart -= mass * ddensity[cell]
        # backprop part = x - cell                   (4)
        dx = dpart
        # backprop for x, mass in zip(positions, masses)  (2)
        dmasses[i] += dmass
        dpositions[i] += dx
    return result, (dpositions, dmasses)
