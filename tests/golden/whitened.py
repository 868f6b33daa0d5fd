import numpy as np
import scipy.linalg


def value_and_grad_whitened(x, scales, rotation):
    # forward pass
    exp_scales = np.exp(scales)                    # (1)
    upper = np.triu(rotation, 1) + np.diag(exp_scales)
    solution = scipy.linalg.solve_triangular(upper, x, trans=1)  # (2)
    power = np.tanh(solution) ** 2
    result = np.sum(power) + np.sum(np.diag(upper))
    # backprop return np.sum(np.tanh(solve_triangular(upper, x, trans="T")) ** 2) + np.trace(upper)  (2)
    dupper = np.diag(np.ones(x.shape[0]))
    dx = scipy.linalg.solve_triangular(upper, 2 * np.tanh(solution) * (1 - power))
    dupper += np.triu(-solution[:, None] * dx)
    # backprop upper = np.triu(rotation, 1) + np.diag(np.exp(scales))  (1)
    dscales = exp_scales * np.diag(dupper)
    drotation = np.triu(dupper, 1)
    return result, (dx, dscales, drotation)
