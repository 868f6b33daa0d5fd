import numpy as np


def hvp_stencil(u, dx, u_dot, dx_dot):
    # forward pass
    power = dx**2                                  # (1)
    # tangent laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    power_dot = 2 * dx * dx_dot
    laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / power  # (1)
    laplacian_dot = (
        (u_dot[2:] - 2 * u_dot[1:-1] + u_dot[:-2]) / power - laplacian / power * power_dot
    )
    total = np.sum(laplacian**2) + u[0] * u[-1]    # (2)
    # tangent backprop return np.sum(laplacian**2) + u[0] * u[-1]  (2)
    du_dot = np.zeros_like(u)
    du_dot[-1] += u_dot[0]
    du_dot[0] += u_dot[-1]
    # backprop return np.sum(laplacian**2) + u[0] * u[-1]  (2)
    dlaplacian = 2 * laplacian
    # tangent backprop return np.sum(laplacian**2) + u[0] * u[-1]  (2)
    dlaplacian_dot = 2.0 * laplacian_dot
    # backprop laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    ratio = 1 / power
    # tangent backprop laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    dtotal_1_dot = dlaplacian * (-ratio**2 * power_dot) + dlaplacian_dot / power
    # backprop laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    product = -laplacian / power * dlaplacian
    dpower = np.sum(product)
    # tangent backprop laplacian = (u[2:] - 2.0 * u[1:-1] + u[:-2]) / dx**2  (1)
    ddx_dot = (
        2 * dpower * dx_dot
        + 2
        * dx
        * np.sum(
            -dlaplacian / power * laplacian_dot
            - product / power * power_dot
            - laplacian / power * dlaplacian_dot
        )
    )
    du_dot[:-2] += dtotal_1_dot
    du_dot[1:-1] -= 2 * dtotal_1_dot
    du_dot[2:] += dtotal_1_dot
    return du_dot, ddx_dot
