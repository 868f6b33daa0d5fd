import numpy as np


def value_and_grad_helper_returns_a_view(u, rate, steps):
    # forward pass
    middles = np.empty((max(steps, 0), u.shape[0] - 2))  # kept for the reverse
    powers = np.empty((max(steps, 0), u.shape[0] - 2))  # kept for the reverse
    u = u.copy()                                   # (1)
    for turn in range(steps):
        middle = u[1:-1]                           # (2)
        middles[turn] = middle
        power = middle**3                          # (3)
        powers[turn] = power
        u[1:-1] = middle - rate * power
        u[1] = u[1:-1][0] + 0.01                   # (4)
    result = np.sum(u)                             # (5)
    # backprop return np.sum(u)                      (5)
    du = np.ones(u.shape[0])
    # backprop for _ in range(steps)                 (1)
    drate = 0.0
    for turn in range(steps - 1, -1, -1):
        middle = middles[turn]
        power = powers[turn]
        # backprop middle -= rate * middle**3        (3)
        dmiddle = (1 - 3 * rate * middle**2) * du[1:-1]
        drate += np.sum(-power * du[1:-1])
        # backprop return field[1:-1]                (2)
        du[1:-1] = dmiddle
    return result, (du, drate)
