import numpy as np


def value_and_grad_normal_likelihood(mean, scale, X):
    # forward pass
    covariance = scale @ scale.T + 0.5 * np.eye(len(mean))  # (1)
    centred = X - mean                             # (2)
    sign = np.linalg.slogdet(covariance)[0]        # (3)
    logdet = np.linalg.slogdet(covariance)[1]
    solution = np.linalg.solve(covariance, centred.T)  # (4)
    squares = np.sum(centred * solution.T)
    result = 0.5 * squares + 0.5 * len(X) * (sign * logdet + len(mean) * 1.8378770664093453)  # (5)
    # backprop return 0.5 * squares + 0.5 * len(X) * (sign * logdet + len(mean) * math.log(2.0 ...  (5)
    dsquares = 0.5
    dlogdet = 0.5 * len(X) * sign
    # backprop squares = np.sum(centred * np.linalg.solve(covariance, centred.T).T)  (4)
    dcentred = solution.T * dsquares
    dcentred_T = np.linalg.solve(covariance.T, (centred * dsquares).T)
    dcovariance = -dcentred_T @ solution.T
    dcentred += dcentred_T.T
    # backprop sign, logdet = np.linalg.slogdet(covariance)  (3)
    dcovariance += dlogdet * np.linalg.inv(covariance).T
    # backprop centred = X - mean                    (2)
    dmean = -np.sum(dcentred, axis=0)
    # backprop covariance = scale @ scale.T + 0.5 * np.eye(len(mean))  (1)
    dscale = dcovariance @ scale
    dscale += dcovariance.T @ scale
    return result, (dmean, dscale)
