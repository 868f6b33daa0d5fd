import numpy as np


def value_and_grad_matrix_polynomial(A, coefficients, v):
    # forward pass
    out = np.zeros_like(v)                         # (1)
    outs = np.empty((coefficients.shape[0], A.shape[0]))  # kept for the reverse
    for i in range(coefficients.shape[0]):         # (2)
        outs[i] = out
        c = coefficients[i]
        out = A @ out + c * v                      # (3)
    result = out @ v                               # (4)
    # backprop return out @ v                        (4)
    dout = v
    dv = out
    # backprop for c in coefficients                 (2)
    dcoefficients = np.zeros_like(coefficients)
    dA = np.zeros_like(A)
    for i in range(coefficients.shape[0] - 1, -1, -1):
        out_1 = outs[i]
        c = coefficients[i]                        # (2)
        # backprop out = A @ out + c * v             (3)
        dc = np.sum(v * dout)
        dv += c * dout
        dA += dout[:, None] * out_1
        dout = A.T @ dout
        # backprop for c in coefficients             (2)
        dcoefficients[i] += dc
    return result, (dA, dcoefficients, dv)
