import numpy as np


def value_and_grad_layer_norm(x, gain, bias, target):
    # forward pass
    mean = np.mean(x, axis=1, keepdims=True)       # (1)
    centred = x - mean                             # (2)
    variance = np.mean(centred * centred, axis=1, keepdims=True)  # (3)
    sqrt = np.sqrt(variance + 1e-05)               # (4)
    out = gain * centred / sqrt + bias
    result = np.sum((out - target) ** 2)           # (5)
    # backprop return np.sum((out - target) ** 2)    (5)
    dout = 2 * (out - target)
    # backprop out = gain * centred / np.sqrt(variance + 1e-5) + bias  (4)
    dgain = np.sum(centred / sqrt * dout, axis=0)
    dcentred = gain / sqrt * dout
    dbias = np.sum(dout, axis=0)
    dvariance = 0.5 / sqrt * np.sum(-gain * centred / sqrt**2 * dout, axis=1, keepdims=True)
    # backprop variance = np.mean(centred * centred, axis=-1, keepdims=True)  (3)
    dcentred += 2 * centred * (dvariance / x.shape[1])
    # backprop centred = x - mean                    (2)
    dx = dcentred
    dmean = -np.sum(dcentred, axis=1, keepdims=True)
    # backprop mean = x.mean(axis=-1, keepdims=True)  (1)
    dx += dmean / x.shape[1]
    return result, (dx, dgain, dbias)
