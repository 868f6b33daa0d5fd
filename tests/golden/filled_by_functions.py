import numpy as np


def value_and_grad_filled_by_functions(x, y):
    # forward pass
    out = np.empty(x.shape[0])                     # (1)
    out_1 = x * y                                  # (2)
    out_2 = out_1 + x                              # (3)
    other = np.empty(x.shape[0])                   # (4)
    other[:] = y[0]                                # (5)
    other[1:] = out_2[:-1]                         # (6)
    result = np.sum(other * out_2)                 # (7)
    # backprop return np.sum(other * out)            (7)
    dother = out_2
    dout_2 = other
    # backprop np.copyto(other[1:], out[:-1])        (6)
    dpart = dother[1:].copy()
    dother[1:] = 0.0
    dout_2[:-1] += dpart
    # backprop other.fill(y[0])                      (5)
    dy = np.zeros_like(y)
    dy[0] += np.sum(dother)
    # backprop np.add(out, x, out=out)               (3)
    dx = dout_2
    # backprop np.multiply(x, y, out=out)            (2)
    dx = dx + y * dout_2
    dy += x * dout_2
    return result, (dx, dy)
