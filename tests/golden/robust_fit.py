import numpy as np


def value_and_grad_robust_fit(theta, x, y, *, delta=1.0):
    theta0 = theta[0]
    theta1 = theta[1]
    # forward pass
    difference = y - (theta0 * x + theta1)         # (1)
    r = np.abs(difference)                         # (2)
    r_to_delta = r <= delta                        # (3)
    huber = np.where(r_to_delta, 0.5 * r**2, delta * (r - 0.5 * delta))
    result = np.mean(huber)                        # (1)
    # backprop return np.where(r <= delta, 0.5 * r**2, delta * (r - 0.5 * delta))  (3)
    dr = np.where(r_to_delta, 0.0, delta / x.shape[0])
    dr += np.where(r_to_delta, r / x.shape[0], 0.0)
    # backprop r = np.abs(residuals)                 (2)
    ddifference = np.sign(difference) * dr
    # backprop return huber(y - (slope * x + intercept)).mean()  (1)
    dtheta0 = np.sum(-x * ddifference)
    dtheta1 = -np.sum(ddifference)
    return result, (dtheta0, dtheta1)
