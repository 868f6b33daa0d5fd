import numpy as np


def value_and_grad_layouts(x):
    # forward pass
    y = x.T.reshape(x.shape[0] * x.shape[1] // 2, 2)  # (1)
    z = x.T[None]                                  # (2)
    w = np.squeeze(z, axis=0).T.reshape(x.shape[0] * x.shape[1])  # (3)
    steps = np.arange(x.shape[0] * x.shape[1])     # (4)
    reshaped = z.reshape(x.shape[0] * x.shape[1])
    result = np.sum(y[:, 0] * y[:, 1]) + np.sum(w * steps) + np.sum(reshaped**2)
    # backprop return np.sum(y[:, 0] * y[:, 1]) + np.sum(w * np.arange(w.size)) + ...  (4)
    dz = (2 * reshaped).reshape(1, x.shape[1], x.shape[0])
    dw = steps * 1.0
    dy = np.zeros_like(y)
    dy[:, 1] += y[:, 0]
    dy[:, 0] += y[:, 1]
    # backprop w = np.squeeze(z, axis=0).swapaxes(0, 1).ravel()  (3)
    dz += dw.reshape(x.shape[0], x.shape[1]).T
    # backprop z = np.expand_dims(np.transpose(x, (1, 0)), 0)  (2)
    dx = np.squeeze(dz, axis=0).T
    # backprop y = x.T.reshape(-1, 2)                (1)
    dx += dy.reshape(x.shape[1], x.shape[0]).T
    return result, dx
