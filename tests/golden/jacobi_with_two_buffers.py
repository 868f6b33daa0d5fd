import numpy as np


def value_and_grad_jacobi_with_two_buffers(u, f, sweeps):
    # forward pass
    new = u                                        # (1)
    u = u.copy()                                   # (2)
    new = new.copy()
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):             # (3)
            new[i] = 0.5 * (u[i - 1] + u[i + 1] + f[i])  # (4)
        u, new = new, u
    result = np.sum(u**2)                          # (5)
    # backprop return np.sum(u**2)                   (5)
    du = 2 * u
    # backprop for _ in range(sweeps)                (2)
    dnew = np.zeros_like(new)
    df = np.zeros_like(f)
    for _ in range(sweeps - 1, -1, -1):
        dnew_ = du
        du = dnew
        # backprop for i in range(1, len(u) - 1)     (3)
        dnew = dnew_
        for i in range(u.shape[0] - 2, 0, -1):
            # backprop new[i] = 0.5 * (u[i - 1] + u[i + 1] + f[i])  (4)
            dproduct = dnew[i]
            dnew[i] = 0.0
            df[i] += 0.5 * dproduct
            du[i + 1] += 0.5 * dproduct
            du[i - 1] += 0.5 * dproduct
    # backprop new = np.copy(u)                      (1)
    du += dnew
    return result, (du, df)
