import numpy as np


def value_and_grad_regularised(params, x, *, strength=0.01):
    W1 = params["W1"]
    b1 = params["b1"]
    W2 = params["W2"]
    b2 = params["b2"]
    # forward pass
    penalty = 0 + np.sum(W1**2) + np.sum(W2**2)    # (1)
    h = x @ W1 + b1                                # (2)
    h_1 = np.tanh(h)                               # (3)
    h_2 = h_1 @ W2 + b2                            # (4)
    network_by_names = np.mean((h_2 - 0.5) ** 2)   # (5)
    result = network_by_names + strength * penalty  # (6)
    # backprop return network_by_names(params, x) + strength * penalty  (6)
    dpenalty = strength
    # backprop return np.mean((h - 0.5) ** 2)        (5)
    dh_2 = 2 * (h_2 - 0.5) / (W2.shape[1] * x.shape[0])
    # backprop h = h @ params[f"W{layer}"] + params[f"b{layer}"]  (4)
    db2 = np.sum(dh_2, axis=0)
    dh_1 = dh_2 @ W2.T
    dW2 = h_1.T @ dh_2
    # backprop h = np.tanh(h)                        (3)
    dh = (1 - h_1**2) * dh_1
    # backprop h = h @ params[f"W{layer}"] + params[f"b{layer}"]  (2)
    db1 = np.sum(dh, axis=0)
    dW1 = x.T @ dh
    # backprop penalty = sum(np.sum(v**2) for k, v in sorted(params.items()) if ...  (1)
    dW2 += 2 * W2 * dpenalty
    dW1 += 2 * W1 * dpenalty
    return result, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
