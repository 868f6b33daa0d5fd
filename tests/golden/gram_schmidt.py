import numpy as np


def value_and_grad_gram_schmidt(V):
    # forward pass
    sqrts = np.empty(V.shape[0])  # kept for the reverse
    products = np.empty((V.shape[0], max(V.shape[0] - 1, 0)))  # kept for the reverse
    old_Vs = np.empty((V.shape[0], max(V.shape[0] - 1, 0), V.shape[1]))  # kept for the reverse
    old_Vs_1 = np.empty(V.shape)  # kept for the reverse
    V_1 = V.copy()                                 # (1)
    for i in range(V.shape[0]):
        for j in range(i):                         # (2)
            product = V_1[i] @ V_1[j]              # (3)
            products[i, j] = product
            old_Vs[i, j] = V_1[i]
            V_1[i] = V_1[i] - product * V_1[j]
        sqrt = np.sqrt(V_1[i] @ V_1[i])            # (4)
        sqrts[i] = sqrt
        old_Vs_1[i] = V_1[i]
        V_1[i] = V_1[i] / sqrt
    steps = np.arange(V.shape[1])                  # (5)
    result = np.sum(V_1[-1] * steps)
    # backprop return np.sum(V[-1] * np.arange(V.shape[1]))  (5)
    dV_1 = np.zeros_like(V_1)
    dV_1[-1] += steps * 1.0
    # backprop for i in range(V.shape[0])            (1)
    for i in range(V.shape[0] - 1, -1, -1):
        sqrt = sqrts[i]
        kept = old_Vs_1[i]
        V_1[i] = kept                              # (4)
        ratio = V_1[i] / sqrt
        # backprop V[i] /= np.sqrt(V[i] @ V[i])      (4)
        dpart = dV_1[i] / sqrt
        dproduct = 0.5 / sqrt * np.sum(-ratio / sqrt * dV_1[i])
        dV_1[i] = dproduct * V_1[i]
        dV_1[i] += dproduct * V_1[i]
        dV_1[i] += dpart
        # backprop for j in range(i)                 (2)
        for j in range(i - 1, -1, -1):
            kept_1 = old_Vs[i, j]
            product_1 = products[i, j]
            V_1[i] = kept_1                        # (3)
            # backprop V[i] -= (V[i] @ V[j]) * V[j]  (3)
            ddifference = dV_1[i].copy()
            dproduct_ = np.sum(-V_1[j] * ddifference)
            dV_1[j] -= product_1 * ddifference
            dV_1[j] += dproduct_ * V_1[i]
            dV_1[i] = dproduct_ * V_1[j]
            dV_1[i] += ddifference
    return result, dV_1
