import numpy as np


def value_and_grad_backwards_over_an_array(x, discount):
    # forward pass
    values = np.empty(x.shape[0])  # kept for the reverse
    value = 0.0                                    # (1)
    for i in range(x.shape[0] - 1, -1, -1):
        values[x.shape[0] - 1 - i] = value
        reward = x[i]
        value = reward + discount * value          # (2)
    # backprop for reward in reversed(x)             (1)
    dx = np.zeros_like(x)
    dvalue = 1.0
    ddiscount = 0.0
    for i in range(x.shape[0]):
        value_1 = values[x.shape[0] - 1 - i]
        # backprop value = reward + discount * value  (2)
        dreward = dvalue
        ddiscount += value_1 * dvalue
        dvalue *= discount
        # backprop for reward in reversed(x)         (1)
        dx[i] += dreward
    return value, (dx, ddiscount)
