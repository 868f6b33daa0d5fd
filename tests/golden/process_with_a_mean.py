import numpy as np
import scipy.linalg


def value_and_grad_process_with_a_mean(K, y, mean):
    # forward pass
    factor = scipy.linalg.cholesky(K)              # (1)
    residual = y - mean                            # (2)
    weights = scipy.linalg.cho_solve((factor, False), residual)  # (3)
    product = 0.5 * residual                       # (4)
    result = product @ weights + np.sum(np.log(np.diag(factor)))
    # backprop return 0.5 * residual @ weights + np.log(np.diag(factor[0])).sum()  (4)
    dfactor = np.diag(1.0 / np.diag(factor))
    dweights = product
    dresidual = 0.5 * weights
    # backprop weights = cho_solve(factor, residual)  (3)
    solved = scipy.linalg.cho_solve((factor, False), dweights)
    solved_1 = scipy.linalg.solve_triangular(factor, residual, trans=1)
    solved_2 = scipy.linalg.solve_triangular(factor, dweights, trans=1)
    dfactor += (-np.tril(solved[:, None] * solved_1 + weights[:, None] * solved_2)).T
    dresidual += solved
    # backprop residual = y - mean                   (2)
    dy = dresidual
    dmean = -np.sum(dresidual)
    # backprop factor = cho_factor(K)                (1)
    product_1 = factor @ dfactor.T
    solved_3 = scipy.linalg.solve_triangular(
        factor.T, np.tril(product_1) + np.tril(product_1, -1).T, trans=1, lower=True
    )
    solved_4 = scipy.linalg.solve_triangular(factor.T, solved_3.T, trans=1, lower=True)
    dK = (np.tril(solved_4) * (1.0 - 0.5 * np.eye(K.shape[0]))).T
    return result, (dK, dy, dmean)
