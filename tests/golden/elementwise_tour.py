import math

import numpy as np


def value_and_grad_elementwise_tour(x, y):
    # forward pass
    log_y = np.log(y)                              # (1)
    log1p_y = np.log1p(y)
    a = np.exp(-x) + log_y * log1p_y - np.expm1(x) + np.sqrt(y) + np.tanh(x) + np.square(x)
    hypot = np.hypot(x, y)                         # (2)
    power = y**x
    b = np.sin(x) * np.cos(y) + np.tan(x / 4) + np.arctan(x) + np.arctan2(x, y) + hypot + power
    logaddexp = np.logaddexp(x, y)                 # (3)
    c = np.sinh(x) - np.cosh(x) + np.arcsinh(x) + np.log2(y) + np.log10(y) + logaddexp + np.sign(x)
    result = np.sum(a * b + c * np.reciprocal(y) + np.abs(x) % 0.3 + np.arcsin(x / 10) - np.arccos(x / 10))  # (4)
    # backprop return np.sum(a * b + c * np.reciprocal(y) + np.abs(x) % 0.3 + np.arcsin(x / 10) ...  (4)
    da = b
    db = a
    dc = np.reciprocal(y)
    dy = -c * dc**2
    ratio = x / 10
    dx = 1.0 / (5 * np.sqrt((1 - ratio) * (1 + ratio)))
    dx += np.sign(x)
    # backprop c = np.sinh(x) - np.cosh(x) + np.arcsinh(x) + np.log2(y) + np.log10(y) + ...  (3)
    dx += (1 / np.sqrt(1 + x**2) + np.cosh(x) - np.sinh(x)) * dc
    dy += (math.log(10) + math.log(2)) / (y * math.log(10) * math.log(2)) * dc
    dx += np.exp(x - logaddexp) * dc
    dy += np.exp(y - logaddexp) * dc
    # backprop b = np.sin(x) * np.cos(y) + np.tan(x / 4) + np.arctan(x) + np.arctan2(x, y) + ...  (2)
    power_1 = x**2
    total = power_1 + y**2
    dx += (
        (np.cos(y) * np.cos(x) + 0.25 * (1 + np.tan(x / 4) ** 2) + 1 / (1 + power_1) + y / total)
        * db
    )
    dy += (-x / total - np.sin(x) * np.sin(y)) * db
    dy += np.where(x == 0, 0.0, x * y ** (x - 1) * db)
    dx += np.where(y == 0, 0.0, power * np.log(y) * db)
    hypot_is_0 = hypot == 0
    dx += np.where(hypot_is_0, 0.0, x / hypot * db)
    dy += np.where(hypot_is_0, 0.0, y / hypot * db)
    # backprop a = np.exp(-x) + np.log(y) * np.log1p(y) - np.expm1(x) + np.sqrt(y) + np.tanh(x) ...  (1)
    dx += (1 + 2 * x - np.exp(-x) - np.exp(x) - np.tanh(x) ** 2) * da
    dy += 0.5 / np.sqrt(y) * da
    dy += log_y * da / (1 + y)
    dy += log1p_y * da / y
    return result, (dx, dy)
