import math

import numpy as np


def value_and_grad_max_pooling(image):
    # forward pass
    out = np.empty((image.shape[0] // 2, image.shape[1] // 2))  # (1)
    taken = np.empty(out.shape, dtype=np.bool_)  # kept for the reverse
    taken_1 = np.empty(out.shape, dtype=np.bool_)  # kept for the reverse
    taken_2 = np.empty(out.shape, dtype=np.bool_)  # kept for the reverse
    taken_3 = np.empty(out.shape, dtype=np.bool_)  # kept for the reverse
    for i in range(out.shape[0]):                  # (2)
        for j in range(out.shape[1]):              # (3)
            condition = image[2 * i + 0, 2 * j + 0] > -math.inf  # (4)
            taken_3[i, j] = condition
            if condition:
                best = image[2 * i + 0, 2 * j + 0]  # (5)
            else:
                best = -math.inf
            condition_1 = image[2 * i + 0, 2 * j + 1] > best  # (6)
            taken_2[i, j] = condition_1
            if condition_1:
                best = image[2 * i + 0, 2 * j + 1]  # (7)
            condition_2 = image[2 * i + 1, 2 * j + 0] > best  # (8)
            taken_1[i, j] = condition_2
            if condition_2:
                best = image[2 * i + 1, 2 * j + 0]  # (9)
            condition_3 = image[2 * i + 1, 2 * j + 1] > best  # (10)
            taken[i, j] = condition_3
            if condition_3:
                best = image[2 * i + 1, 2 * j + 1]  # (11)
            out[i, j] = best                       # (12)
    result = np.sum(out**3)                        # (13)
    # backprop return np.sum(out**3)                 (13)
    dout = 3 * out**2
    # backprop for i in range(out.shape[0])          (2)
    dimage = np.zeros_like(image)
    for i in range(image.shape[0] // 2 - 1, -1, -1):
        # backprop for j in range(out.shape[1])      (3)
        for j in range(image.shape[1] // 2 - 1, -1, -1):
            condition_3 = taken[i, j]
            condition_2 = taken_1[i, j]
            condition_1 = taken_2[i, j]
            condition = taken_3[i, j]
            # backprop out[i, j] = best              (12)
            dbest = dout[i, j]
            dout[i, j] = 0.0
            # backprop if image[2 * i + di, 2 * j + dj] > best  (10)
            if condition_3:
                # backprop best = image[2 * i + di, 2 * j + dj]  (11)
                dimage[2 * i + 1, 2 * j + 1] += dbest
                dbest = 0.0
            # backprop if image[2 * i + di, 2 * j + dj] > best  (8)
            if condition_2:
                # backprop best = image[2 * i + di, 2 * j + dj]  (9)
                dimage[2 * i + 1, 2 * j + 0] += dbest
                dbest = 0.0
            # backprop if image[2 * i + di, 2 * j + dj] > best  (6)
            if condition_1:
                # backprop best = image[2 * i + di, 2 * j + dj]  (7)
                dimage[2 * i + 0, 2 * j + 1] += dbest
                dbest = 0.0
            # backprop if image[2 * i + di, 2 * j + dj] > best  (4)
            if condition:
                # backprop best = image[2 * i + di, 2 * j + dj]  (5)
                dimage[2 * i + 0, 2 * j + 0] += dbest
    return result, dimage
