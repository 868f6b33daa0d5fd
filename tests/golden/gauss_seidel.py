import numpy as np


def value_and_grad_gauss_seidel(u, source, sweeps):
    # forward pass
    u_is = np.empty((max(sweeps, 0), max(u.shape[0] - 2, 0)))  # kept for the reverse
    u = u.copy()                                   # (1)
    for turn in range(sweeps):
        for i in range(1, len(u) - 1):             # (2)
            u_i = u[i]                             # (3)
            u_is[turn, i - 1] = u_i
            u[i] = 0.5 * (u[i - 1] + u[i + 1] - 0.04 * (source[i] + u_i**3))
    result = np.sum(u * u)                         # (4)
    # backprop return np.sum(u * u)                  (4)
    du = 2 * u
    # backprop for _ in range(sweeps)                (1)
    dsource = np.zeros_like(source)
    for turn in range(sweeps - 1, -1, -1):
        # backprop for i in range(1, len(u) - 1)     (2)
        for i in range(u.shape[0] - 2, 0, -1):
            u_i = u_is[turn, i - 1]
            # backprop u[i] = 0.5 * (u[i - 1] + u[i + 1] - h2 * (source[i] + u[i] ** 3))  (3)
            dproduct = du[i]
            du[i] = -0.06 * u_i**2 * dproduct
            dsource[i] -= 0.02 * dproduct
            du[i + 1] += 0.5 * dproduct
            du[i - 1] += 0.5 * dproduct
    return result, (du, dsource)
