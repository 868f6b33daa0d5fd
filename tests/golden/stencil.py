import numpy as np


def value_and_grad_stencil(u, dx):
    # forward pass
    power = dx**2                                  # (1)
    laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / power
    result = np.sum(laplacian**2) + u[0] * u[-1]   # (2)
    # backprop return np.sum(laplacian**2) + u[0] * u[-1]  (2)
    du = np.zeros_like(u)
    du[-1] += u[0]
    du[0] += u[-1]
    dlaplacian = 2 * laplacian
    # backprop laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    dtotal = dlaplacian / power
    ddx = 2 * dx * np.sum(-laplacian / power * dlaplacian)
    du[:-2] += dtotal
    du[1:-1] -= 2 * dtotal
    du[2:] += dtotal
    return result, (du, ddx)
