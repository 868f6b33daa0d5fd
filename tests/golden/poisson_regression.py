import numpy as np


def value_and_grad_poisson_regression(beta, x, counts):
    # forward pass
    product = x @ beta                             # (1)
    rate = np.exp(np.clip(product, -20.0, 20.0))
    result = np.sum(rate - counts * np.log(rate + 1e-12))  # (2)
    # backprop return np.sum(rate - counts * np.log(rate + 1e-12))  (2)
    drate = 1 - counts / (rate + 1e-12)
    # backprop rate = np.exp(np.clip(x @ beta, -20.0, 20.0))  (1)
    dbeta = x.T @ np.where((product < -20.0) | (product > 20.0), 0.0, rate * drate)
    return result, dbeta
