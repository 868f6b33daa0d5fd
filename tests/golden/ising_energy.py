import numpy as np


def value_and_grad_ising_energy(spins, coupling, field):
    # forward pass
    rows = spins.shape[0]                          # (1)
    columns = spins.shape[1]
    dspins = np.zeros_like(spins)
    energy = 0.0                                   # (2)
    dcoupling = 0.0
    dfield = 0.0
    for i in range(rows):
        for j in range(columns):                   # (3)
            neighbours = spins[(i + 1) % rows, j] + spins[i, (j + 1) % columns]  # (4)
            energy -= coupling * spins[i, j] * neighbours + field * spins[i, j]  # (5)
            # backprop energy -= coupling * spins[i, j] * neighbours + field * spins[i, j]  (5)
            dcoupling -= neighbours * spins[i, j]
            dneighbours = -coupling * spins[i, j]
            dfield -= spins[i, j]
            dspins[i, j] -= field
            dspins[i, j] -= neighbours * coupling
            # backprop neighbours = spins[(i + 1) % rows, j] + spins[i, (j + 1) % columns]  (4)
            dspins[i, (j + 1) % columns] += dneighbours
            dspins[(i + 1) % rows, j] += dneighbours
    return energy, (dspins, dcoupling, dfield)
