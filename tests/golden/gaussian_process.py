import numpy as np
import scipy.linalg


def value_and_grad_gaussian_process(log_length, log_noise, X, y):
    # forward pass
    differences = X[:, None] - X[None]             # (1)
    total = np.sum(differences**2, axis=2)         # (2)
    exp = np.exp(-2.0 * log_length)
    K = np.exp(-0.5 * total * exp)
    exp_1 = np.exp(2.0 * log_noise)                # (3)
    eye = np.eye(X.shape[0])
    L = np.linalg.cholesky(K + exp_1 * eye)
    z = scipy.linalg.solve_triangular(L, y, lower=True)  # (4)
    product = 0.5 * z                              # (5)
    result = product @ z + np.sum(np.log(np.diag(L)))
    # backprop return 0.5 * z @ z + np.sum(np.log(np.diag(L)))  (5)
    dL = np.diag(1.0 / np.diag(L))
    dz = product + 0.5 * z
    # backprop z = solve_triangular(L, y, lower=True)  (4)
    solved = scipy.linalg.solve_triangular(L, dz, trans=1, lower=True)
    dL += np.tril(-solved[:, None] * z)
    # backprop L = np.linalg.cholesky(K + np.exp(2.0 * log_noise) * np.eye(len(y)))  (3)
    product_1 = L.T @ dL
    solved_1 = scipy.linalg.solve_triangular(
        L, np.tril(product_1) + np.tril(product_1, -1).T, trans=1, lower=True
    )
    solved_2 = scipy.linalg.solve_triangular(L, solved_1.T, trans=1, lower=True)
    dK = np.tril(solved_2) * (1.0 - 0.5 * np.eye(X.shape[0]))
    dlog_noise = 2 * exp_1 * np.sum(eye * dK)
    # backprop K = np.exp(-0.5 * np.sum(differences**2, axis=2) * np.exp(-2.0 * log_length))  (2)
    dlog_length = -2 * exp * np.sum(-0.5 * total * K * dK)
    ddifferences = 2 * differences * (-0.5 * exp * K * dK)[:, :, None]
    # backprop differences = X[:, None, :] - X[None, :, :]  (1)
    dX = -np.sum(ddifferences, axis=0)
    dX += np.sum(ddifferences, axis=1)
    return result, (dlog_length, dlog_noise, dX)
