import numpy as np


def value_and_grad_cosine_similarity(u, v):
    # forward pass
    length = np.sqrt(np.sum(u * u))                # (1)
    total = np.sum(v**2)
    result = u @ v / (length * np.sqrt(total))
    # backprop return np.dot(u, v) / (np.linalg.norm(u) * np.sqrt(np.sum(v**2)))  (1)
    product = length * np.sqrt(total)
    dv = 2 * v * (-0.5 * result / total)
    du = 2 * u * (0.0 if length == 0 else 0.5 / length * (-result / length))
    du += v / product
    dv += u / product
    return result, (du, dv)
