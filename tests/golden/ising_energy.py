import numpy as np


def value_and_grad_ising_energy(spins, coupling, field):
    # forward pass
    rows = spins.shape[0]                          # (1)
    columns = spins.shape[1]
    tapes = np.empty((rows, columns), dtype=np.int64)  # kept for the reverse
    tapes_1 = np.empty((rows, columns), dtype=np.int64)  # kept for the reverse
    energy = 0.0                                   # (2)
    for i in range(rows):
        for j in range(columns):                   # (3)
            tapes[i, j] = (i + 1) % rows           # (4)
            tapes_1[i, j] = (j + 1) % columns
            neighbours = spins[(i + 1) % rows, j] + spins[i, (j + 1) % columns]
            energy = energy - (coupling * spins[i, j] * neighbours + field * spins[i, j])  # (5)
    # backprop for i in range(rows)                  (2)
    dspins = np.zeros((rows, columns))
    dcoupling = 0.0
    dfield = 0.0
    for i in range(rows - 1, -1, -1):
        # backprop for j in range(columns)           (3)
        for j in range(columns - 1, -1, -1):
            kept = tapes[i, j]
            kept_1 = tapes_1[i, j]
            neighbours = spins[kept, j] + spins[i, kept_1]  # (4)
            # backprop energy -= coupling * spins[i, j] * neighbours + field * spins[i, j]  (5)
            dcoupling -= neighbours * spins[i, j] * 1.0
            dneighbours = -coupling * spins[i, j] * 1.0
            dfield -= spins[i, j] * 1.0
            dspins[i, j] -= field * 1.0
            dspins[i, j] -= neighbours * coupling * 1.0
            # backprop neighbours = spins[(i + 1) % rows, j] + spins[i, (j + 1) % columns]  (4)
            dspins[i, kept_1] += dneighbours
            dspins[kept, j] += dneighbours
    return energy, (dspins, dcoupling, dfield)
