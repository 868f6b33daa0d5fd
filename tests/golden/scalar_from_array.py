import math

import numpy as np


def value_and_grad_scalar_from_array(x):
    # forward pass
    a = x[0]                                       # (1)
    b = x[1]
    number = float(-a)                             # (2)
    b_above_a = b > a
    choice = b if b_above_a else a
    number_1 = float(x[2])
    result = (
        math.exp(number) * b + choice * number_1 + (0 + x[0] + x[1] + x[2] + x[3]) + float(x[3])
    )
    # backprop return math.exp(-a) * b + max(a, b) * float(x[2]) + sum(x) + x[x.shape[0] - 1].item()  (2)
    db = math.exp(number)
    dx = np.zeros_like(x)
    dx[3] += 1.0
    dx[3] += 1.0
    dx[2] += 1.0
    dx[1] += 1.0
    dx[0] += 1.0
    dx[2] += choice
    db += number_1 if b_above_a else 0.0
    da = 0.0 if b_above_a else number_1
    da -= b * math.exp(number)
    # backprop a, b = x[0], x[1]                     (1)
    dx[1] += db
    dx[0] += da
    return result, dx
