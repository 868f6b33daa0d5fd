import numpy as np


def value_and_grad_layers_of_a_list(layers, x):
    layers00 = layers[0][0]
    layers01 = layers[0][1]
    layers10 = layers[1][0]
    layers11 = layers[1][1]
    # forward pass
    hidden = np.tanh(layers00 @ x + layers01)      # (1)
    total = x + np.tanh(layers00.T @ hidden) * np.exp(-hidden * hidden)  # (2)
    hidden_1 = np.tanh(layers10 @ total + layers11)  # (3)
    total_1 = total + np.tanh(layers10.T @ hidden_1) * np.exp(-hidden_1 * hidden_1)  # (4)
    result = np.sum(total_1 * total_1)             # (5)
    # backprop return np.sum(x * x)                  (5)
    dx_1 = 2 * total_1
    hidden_2 = np.tanh(layers10 @ total + layers11)  # (3)
    tanh = np.tanh(layers10.T @ hidden_2)          # (4)
    exp = np.exp(-hidden_2 * hidden_2)
    # backprop return x + np.tanh(W.T @ hidden) * np.exp(-hidden * hidden)  (4)
    dproduct = exp * (1 - tanh**2) * dx_1
    dhidden_1 = -2 * hidden_2 * exp * tanh * dx_1
    dhidden_1 += layers10 @ dproduct
    dlayers10 = (dproduct[:, None] * hidden_2).T
    # backprop hidden = np.tanh(W @ x + b)           (3)
    dproduct_1 = (1 - hidden_2**2) * dhidden_1
    dlayers11 = dproduct_1
    dlayers10 += dproduct_1[:, None] * total
    dx_1 += layers10.T @ dproduct_1
    hidden_3 = np.tanh(layers00 @ x + layers01)    # (1)
    tanh_1 = np.tanh(layers00.T @ hidden_3)        # (2)
    exp_1 = np.exp(-hidden_3 * hidden_3)
    # backprop return x + np.tanh(W.T @ hidden) * np.exp(-hidden * hidden)  (2)
    dproduct_2 = exp_1 * (1 - tanh_1**2) * dx_1
    dhidden = -2 * hidden_3 * exp_1 * tanh_1 * dx_1
    dhidden += layers00 @ dproduct_2
    dlayers00 = (dproduct_2[:, None] * hidden_3).T
    # backprop hidden = np.tanh(W @ x + b)           (1)
    dproduct_3 = (1 - hidden_3**2) * dhidden
    dlayers01 = dproduct_3
    dlayers00 += dproduct_3[:, None] * x
    dx_1 += layers00.T @ dproduct_3
    return result, ([(dlayers00, dlayers01), (dlayers10, dlayers11)], dx_1)
