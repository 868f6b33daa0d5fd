import numpy as np


def value_and_grad_network_by_names(params, x):
    W1 = params["W1"]
    b1 = params["b1"]
    W2 = params["W2"]
    b2 = params["b2"]
    # forward pass
    h = x @ W1 + b1                                # (1)
    h_1 = np.tanh(h)                               # (2)
    h_2 = h_1 @ W2 + b2                            # (3)
    result = np.mean((h_2 - 0.5) ** 2)             # (4)
    # backprop return np.mean((h - 0.5) ** 2)        (4)
    dh_2 = 2 * (h_2 - 0.5) / (W2.shape[1] * x.shape[0])
    # backprop h = h @ params[f"W{layer}"] + params[f"b{layer}"]  (3)
    db2 = np.sum(dh_2, axis=0)
    dh_1 = dh_2 @ W2.T
    dW2 = h_1.T @ dh_2
    # backprop h = np.tanh(h)                        (2)
    dh = (1 - h_1**2) * dh_1
    # backprop h = h @ params[f"W{layer}"] + params[f"b{layer}"]  (1)
    db1 = np.sum(dh, axis=0)
    dW1 = x.T @ dh
    return result, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
