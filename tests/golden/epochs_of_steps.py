import math

import numpy as np


def value_and_grad_epochs_of_steps(w, data, rate, epochs):
    # forward pass
    segment = np.int64(math.sqrt(max(epochs, 0))) + 1  # (1)
    kept_w = []  # kept for the reverse
    tanhs = np.empty((segment, data.shape[0]))  # kept for the reverse
    kept_w_1 = np.empty((segment, data.shape[0], data.shape[1] - 1))  # kept for the reverse
    losses = 0.0
    for first in range(0, epochs, segment):
        kept_w.append(w.copy())
        for turn in range(min(segment, epochs - first)):
            for i in range(data.shape[0]):         # (2)
                row = data[i]
                error = math.tanh(w @ row[:-1]) - row[-1]  # (3)
                losses += error * error            # (4)
                w = w - rate * error * row[:-1]    # (5)
    # backprop for _ in range(epochs)                (1)
    dw = np.zeros_like(w)
    ddata = np.zeros_like(data)
    drate = 0.0
    for first in range((epochs - (1 if segment > 0 else -1)) // segment * segment, -segment, -segment):
        w_1 = kept_w.pop()
        smaller = min(segment, epochs - first)     # (1)
        for turn in range(smaller):
            for i in range(data.shape[0]):         # (2)
                kept_w_1[turn, i] = w_1
                row = data[i]
                tanh = math.tanh(w_1 @ row[:-1])   # (3)
                tanhs[turn, i] = tanh
                error = tanh - row[-1]
                w_1 = w_1 - rate * error * row[:-1]  # (5)
        # backprop for _ in range(epochs)            (1)
        for turn in range(smaller - 1, -1, -1):
            # backprop for row in data               (2)
            for i in range(data.shape[0] - 1, -1, -1):
                tanh = tanhs[turn, i]
                w_2 = kept_w_1[turn, i]
                row = data[i]                      # (2)
                error = tanh - row[-1]             # (3)
                # backprop w = w - rate * error * row[:-1]  (5)
                dproduct = np.sum(-row[:-1] * dw)
                ddata[i, :-1] -= rate * error * dw
                drate += error * dproduct
                derror = rate * dproduct
                # backprop losses += error * error   (4)
                derror += 2 * error
                # backprop error = math.tanh(w @ row[:-1]) - row[-1]  (3)
                ddata[i, -1] -= derror
                dw += (1 - tanh**2) * derror * row[:-1]
                ddata[i, :-1] += (1 - tanh**2) * derror * w_2
    return losses, (dw, ddata, drate)
