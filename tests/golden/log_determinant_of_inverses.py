import numpy as np


def value_and_grad_log_determinant_of_inverses(stack):
    # forward pass
    determinant = np.linalg.det(stack)             # (1)
    inverse = np.linalg.inv(stack)
    result = np.sum(np.log(determinant**2)) + np.sum(inverse**3)
    # backprop return np.sum(np.log(np.linalg.det(stack) ** 2)) + np.sum(np.linalg.inv(stack) ** 3)  (1)
    dstack = -inverse.transpose(0, 2, 1) @ (3 * inverse**2) @ inverse.transpose(0, 2, 1)
    dstack += (
        (2 / determinant * determinant)[:, None, None] * np.linalg.inv(stack).transpose(0, 2, 1)
    )
    return result, dstack
