import numpy as np


def value_and_grad_ridge_regression(log_penalty, X, y, X_test, y_test):
    # forward pass
    exp_log_penalty = np.exp(log_penalty)          # (1)
    eye = np.eye(X.shape[1])
    gram = X.T @ X + exp_log_penalty * eye
    weights = np.linalg.solve(gram, X.T @ y)       # (2)
    product = X_test @ weights                     # (3)
    result = np.mean((product - y_test) ** 2)
    # backprop return np.mean((X_test @ weights - y_test) ** 2)  (3)
    dweights = X_test.T @ (2 * (product - y_test) / X_test.shape[0])
    # backprop weights = np.linalg.solve(gram, X.T @ y)  (2)
    dproduct_1 = np.linalg.solve(gram.T, dweights)
    dgram = -dproduct_1[:, None] * weights
    dX = (dproduct_1[:, None] * y).T
    # backprop gram = X.T @ X + np.exp(log_penalty) * np.eye(X.shape[1])  (1)
    dlog_penalty = exp_log_penalty * np.sum(eye * dgram)
    dX += X @ dgram
    dX += X @ dgram.T
    return result, (dlog_penalty, dX)
