import math

import numpy as np


def value_and_grad_epochs_of_steps(w, data, rate, epochs):
    # forward pass
    total = np.int64(math.sqrt(np.maximum(epochs, 0))) + 1  # (1)
    kept_w = []  # kept for the reverse
    tanhs = np.empty((total, data.shape[0]))  # kept for the reverse
    kept_w_1 = np.empty((total, data.shape[0], data.shape[1] - 1))  # kept for the reverse
    losses = 0.0
    for i in range(0, epochs, total):
        kept_w.append(w.copy())
        for i_1 in range(np.minimum(total, epochs - i)):
            for i_2 in range(data.shape[0]):       # (2)
                row = data[i_2]
                error = math.tanh(w @ row[:-1]) - row[-1]  # (3)
                losses += error * error            # (4)
                w = w - rate * error * row[:-1]    # (5)
    # backprop for _ in range(epochs)                (1)
    dw = np.zeros_like(w)
    ddata = np.zeros_like(data)
    drate = 0.0
    for i in range((epochs - (1 if total > 0 else -1)) // total * total, -total, -total):
        w_1 = kept_w.pop()
        smaller = np.minimum(total, epochs - i)    # (1)
        for i_1 in range(smaller):
            for i_2 in range(data.shape[0]):       # (2)
                kept_w_1[i_1, i_2] = w_1
                row = data[i_2]
                tanh = math.tanh(w_1 @ row[:-1])   # (3)
                tanhs[i_1, i_2] = tanh
                error = tanh - row[-1]
                w_1 = w_1 - rate * error * row[:-1]  # (5)
        # backprop for _ in range(epochs)            (1)
        for i_1 in range(smaller - 1, -1, -1):
            # backprop for row in data               (2)
            for i_2 in range(data.shape[0] - 1, -1, -1):
                tanh = tanhs[i_1, i_2]
                w_2 = kept_w_1[i_1, i_2]
                row = data[i_2]                    # (2)
                error = tanh - row[-1]             # (3)
                # backprop w = w - rate * error * row[:-1]  (5)
                dproduct = np.sum(-row[:-1] * dw)
                ddata[i_2, :-1] -= rate * error * dw
                drate += error * dproduct
                derror = rate * dproduct
                # backprop losses += error * error   (4)
                derror += 2 * error
                # backprop error = math.tanh(w @ row[:-1]) - row[-1]  (3)
                ddata[i_2, -1] -= derror
                dw += (1 - tanh**2) * derror * row[:-1]
                ddata[i_2, :-1] += (1 - tanh**2) * derror * w_2
    return losses, (dw, ddata, drate)
