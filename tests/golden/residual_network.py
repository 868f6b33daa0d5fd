import numpy as np


def value_and_grad_residual_network(weights, biases, x):
    # forward pass
    kept_x = np.empty(biases.shape)  # kept for the reverse
    for i in range(weights.shape[0]):              # (1)
        kept_x[i] = x
        W = weights[i]
        b = biases[i]
        hidden = np.tanh(W @ x + b)                # (2)
        x = x + np.tanh(W.T @ hidden) * np.exp(-hidden * hidden)  # (3)
    result = np.sum(x**2)                          # (4)
    # backprop return np.sum(x**2)                   (4)
    dx = 2 * x
    # backprop for W, b in zip(weights, biases)      (1)
    dweights = np.zeros_like(weights)
    dbiases = np.zeros_like(biases)
    for i in range(weights.shape[0] - 1, -1, -1):
        x_1 = kept_x[i]
        W = weights[i]                             # (1)
        b = biases[i]
        hidden = np.tanh(W @ x_1 + b)              # (2)
        tanh = np.tanh(W.T @ hidden)               # (3)
        exp = np.exp(-hidden * hidden)
        # backprop return x + np.tanh(W.T @ hidden) * np.exp(-hidden * hidden)  (3)
        dproduct = exp * (1 - tanh**2) * dx
        dhidden = -2 * hidden * exp * tanh * dx
        dhidden += W @ dproduct
        dweights[i] += (dproduct[:, None] * hidden).T
        # backprop hidden = np.tanh(W @ x + b)       (2)
        dproduct_1 = (1 - hidden**2) * dhidden
        dbiases[i] += dproduct_1
        dweights[i] += dproduct_1[:, None] * x_1
        dx += W.T @ dproduct_1
    return result, (dweights, dbiases, dx)
