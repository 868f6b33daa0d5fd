import math

import numpy as np


def value_and_grad_calls_helpers(x, y):
    # forward pass
    product = x * y                                # (1)
    sigmoid = 1.0 / (1.0 + math.exp(-product))     # (2)
    sigmoid_1 = 1.0 / (1.0 + math.exp(-x))         # (3)
    exp = math.exp(-abs(y))                        # (4)
    y_below_0 = y < 0.0
    softplus = math.log1p(exp) + (0.0 if y_below_0 else y)
    result = sigmoid + sigmoid_1 * softplus        # (1)
    # backprop return math.log1p(math.exp(-abs(x))) + max(x, 0.0)  (4)
    dy = 0.0 if y_below_0 else sigmoid_1
    dy -= np.sign(y) * (exp * (sigmoid_1 / (1 + exp)))
    # backprop return 1.0 / (1.0 + math.exp(-x))     (3)
    dx = (1 - sigmoid_1) * sigmoid_1 * softplus
    # backprop return 1.0 / (1.0 + math.exp(-x))     (2)
    dproduct = (1 - sigmoid) * sigmoid
    # backprop return sigmoid(x * y) + sigmoid(x) * softplus(y)  (1)
    dx += y * dproduct
    dy += x * dproduct
    return result, (dx, dy)
