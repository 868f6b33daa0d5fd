import numpy as np


def value_and_grad_planes_of_a_volume(V, w):
    # forward pass
    tapes = np.empty((V.shape[2], V.shape[0]))  # kept for the reverse
    V_1 = V.copy()                                 # (1)
    for k in range(V.shape[2]):
        plane = V_1[:, :, k]                       # (2)
        V_1[0, :, k] = plane[0] + w[k]             # (3)
        plane_1 = V_1[:, :, k]                     # (4)
        tapes[k] = plane_1.T[1]
        V_1[:, 1, k] = plane_1.T[1] * w[k]
    result = np.sum(V_1**2)                        # (5)
    # backprop return np.sum(V**2)                   (5)
    dV_1 = 2 * V_1
    # backprop for k in range(V.shape[2])            (1)
    dw = np.zeros_like(w)
    for k in range(V.shape[2] - 1, -1, -1):
        kept = tapes[k]
        # backprop plane.T[1] *= w[k]                (4)
        dw[k] += np.sum(kept * dV_1[:, 1, k])
        dV_1[:, 1, k] = w[k] * dV_1[:, 1, k]
        # backprop plane[0] += w[k]                  (3)
        dw[k] += np.sum(dV_1[0, :, k])
    return result, (dV_1, dw)
