import numpy as np


def jvp_stencil(u, dx, u_dot, dx_dot):
    # forward pass
    power = dx**2                                  # (1)
    laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / power
    # tangent laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    laplacian_dot = (
        (u_dot[2:] - 2 * u_dot[1:-1] + u_dot[:-2]) / power - laplacian / power * (2 * dx * dx_dot)
    )
    result = np.sum(laplacian**2) + u[0] * u[-1]   # (2)
    return result, np.sum(2 * laplacian * laplacian_dot) + u[-1] * u_dot[0] + u[0] * u_dot[-1]
