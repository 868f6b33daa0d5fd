import numpy as np


def value_and_grad_methods_change_an_object(cells, speed, steps):
    # forward pass
    kept_cells = np.empty((max(steps, 0), cells.shape[0]))  # kept for the reverse
    cells = cells.copy()                           # (1)
    time = 0.0
    for turn in range(steps):
        kept_cells[turn] = cells
        flux = speed * cells                       # (2)
        cells[1:] = cells[1:] - 0.2 * (flux[1:] - flux[:-1])  # (3)
        time += 0.1                                # (4)
    mass = 0.5 * np.sum(cells**2)                  # (5)
    result = mass + time * speed                   # (6)
    # backprop return grid.mass + grid.time * speed  (6)
    dspeed = time
    # backprop return self.spacing * np.sum(self.cells**2)  (5)
    dcells = 2 * cells * 0.5
    # backprop for _ in range(steps)                 (1)
    for turn in range(steps - 1, -1, -1):
        cells_1 = kept_cells[turn]
        # backprop self.cells[1:] -= dt / self.spacing * (flux[1:] - flux[:-1])  (3)
        dflux = np.zeros(cells.shape[0])
        dflux[:-1] += 0.2 * dcells[1:]
        dflux[1:] -= 0.2 * dcells[1:]
        # backprop flux = speed * self.cells         (2)
        dspeed += np.sum(cells_1 * dflux)
        dcells += speed * dflux
    return result, (dcells, dspeed)
