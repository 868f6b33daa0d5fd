import numpy as np


def value_and_grad_layers_as_objects(w1, w2, x):
    # forward pass
    total = x @ w1 + 0.1                           # (1)
    exp_total = np.exp(total)                      # (2)
    log1p_exp_total = np.log1p(exp_total)
    tanh = np.tanh(log1p_exp_total @ w2 + -0.2)    # (3)
    result = np.sum(tanh) / 2                      # (4)
    # backprop return ACTIVATIONS[self.activation](x @ self.weights + self.bias)  (3)
    dproduct = (1 - tanh**2) * 0.5
    dlog1p_exp_total = dproduct @ w2.T
    dw2 = log1p_exp_total.T @ dproduct
    # backprop np.log1p(np.exp(z))                   (2)
    dtotal = exp_total * (dlog1p_exp_total / (1 + exp_total))
    # backprop return ACTIVATIONS[self.activation](x @ self.weights + self.bias)  (1)
    dx = dtotal @ w1.T
    dw1 = x.T @ dtotal
    return result, (dw1, dw2, dx)
