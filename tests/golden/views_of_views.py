import numpy as np


def value_and_grad_views_of_views(u, k):
    # forward pass
    inner = u[1:-1, 1:-1]                          # (1)
    edge = inner[0]                                # (2)
    u = u.copy()                                   # (3)
    u[1, 1:-1] = k * edge[::-1]
    inner_1 = u[1:-1, 1:-1]                        # (4)
    corner = inner_1[-1:, -1:]
    u[u.shape[0] - 2:u.shape[0] - 1, u.shape[1] - 2:u.shape[1] - 1] = corner + u[0, 0]  # (5)
    result = np.sum(u**3)                          # (6)
    # backprop return np.sum(u**3)                   (6)
    du = 3 * u**2
    # backprop corner += u[0, 0]                     (5)
    dcorner = du[u.shape[0] - 2:u.shape[0] - 1, u.shape[1] - 2:u.shape[1] - 1].copy()
    du[u.shape[0] - 2:u.shape[0] - 1, u.shape[1] - 2:u.shape[1] - 1] = 0.0
    du[0, 0] += np.sum(dcorner)
    # backprop corner = inner[-1:, -1:]              (4)
    du[u.shape[0] - 2:u.shape[0] - 1, u.shape[1] - 2:u.shape[1] - 1] += dcorner
    # backprop edge[:] = k * edge[::-1]              (3)
    dproduct = du[1, 1:-1].copy()
    du[1, 1:-1] = 0.0
    dk = np.sum(edge[::-1] * dproduct)
    dinner = np.zeros_like(inner)
    dinner[0, ::-1] += k * dproduct
    # backprop inner = u[1:-1, 1:-1]                 (1)
    du[1:-1, 1:-1] += dinner
    return result, (du, dk)
