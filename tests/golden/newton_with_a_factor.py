import numpy as np
import scipy.linalg


def value_and_grad_newton_with_a_factor(x, A):
    # forward pass
    hessian = A @ A.T + np.diag(np.cosh(x))        # (1)
    factor = scipy.linalg.cholesky(hessian, lower=True)  # (2)
    product = A @ A.T
    difference = product @ x + np.sinh(x) - 1.0
    solved = scipy.linalg.cho_solve((factor, True), difference)
    x_1 = x - solved
    hessian_1 = A @ A.T + np.diag(np.cosh(x_1))    # (3)
    factor_1 = scipy.linalg.cholesky(hessian_1, lower=True)  # (4)
    product_1 = A @ A.T
    difference_1 = product_1 @ x_1 + np.sinh(x_1) - 1.0
    solved_1 = scipy.linalg.cho_solve((factor_1, True), difference_1)
    x_2 = x_1 - solved_1
    result = np.sum(x_2**2)                        # (5)
    # backprop return np.sum(x**2)                   (5)
    dx_2 = 2 * x_2
    # backprop x = x - cho_solve(cho_factor(hessian, lower=True), A @ A.T @ x + np.sinh(x) - 1.0)  (4)
    dsolved_1 = -dx_2
    ddifference_1 = scipy.linalg.cho_solve((factor_1, True), dsolved_1)
    solved_2 = scipy.linalg.solve_triangular(factor_1, difference_1, lower=True)
    solved_3 = scipy.linalg.solve_triangular(factor_1, dsolved_1, lower=True)
    dfactor_1 = -np.tril(ddifference_1[:, None] * solved_2 + solved_1[:, None] * solved_3)
    dx_2 += np.cosh(x_1) * ddifference_1
    dx_2 += product_1.T @ ddifference_1
    product_2 = factor_1.T @ dfactor_1
    solved_4 = scipy.linalg.solve_triangular(
        factor_1, np.tril(product_2) + np.tril(product_2, -1).T, trans=1, lower=True
    )
    solved_5 = scipy.linalg.solve_triangular(factor_1, solved_4.T, trans=1, lower=True)
    dhessian_1 = np.tril(solved_5) * (1.0 - 0.5 * np.eye(x.shape[0]))
    # backprop hessian = A @ A.T + np.diag(np.cosh(x))  (3)
    dx_2 += np.sinh(x_1) * np.diag(dhessian_1)
    # backprop x = x - cho_solve(cho_factor(hessian, lower=True), A @ A.T @ x + np.sinh(x) - 1.0)  (2)
    dx = dx_2
    dsolved = -dx_2
    ddifference = scipy.linalg.cho_solve((factor, True), dsolved)
    solved_6 = scipy.linalg.solve_triangular(factor, difference, lower=True)
    solved_7 = scipy.linalg.solve_triangular(factor, dsolved, lower=True)
    dfactor = -np.tril(ddifference[:, None] * solved_6 + solved[:, None] * solved_7)
    dx += np.cosh(x) * ddifference
    dx += product.T @ ddifference
    product_3 = factor.T @ dfactor
    solved_8 = scipy.linalg.solve_triangular(
        factor, np.tril(product_3) + np.tril(product_3, -1).T, trans=1, lower=True
    )
    solved_9 = scipy.linalg.solve_triangular(factor, solved_8.T, trans=1, lower=True)
    dhessian = np.tril(solved_9) * (1.0 - 0.5 * np.eye(x.shape[0]))
    # backprop hessian = A @ A.T + np.diag(np.cosh(x))  (1)
    dx += np.sinh(x) * np.diag(dhessian)
    return result, dx
