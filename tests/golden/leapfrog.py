import numpy as np


def value_and_grad_leapfrog(state, stiffness, steps):
    x = state["x"]
    v = state["v"]
    # forward pass
    sin_xs = np.empty((max(steps, 0), x.shape[0]))  # kept for the reverse
    kept_x = np.empty((max(steps, 0), x.shape[0]))  # kept for the reverse
    sin_xs_1 = np.empty((max(steps, 0), x.shape[0]))  # kept for the reverse
    for turn in range(steps):                      # (1)
        kept_x[turn] = x
        sin_x = np.sin(x)                          # (2)
        sin_xs_1[turn] = sin_x
        difference = v - 0.05 * stiffness * sin_x
        x = x + 0.1 * difference                   # (3)
        sin_x_1 = np.sin(x)                        # (4)
        sin_xs[turn] = sin_x_1
        v = difference - 0.05 * stiffness * sin_x_1
    result = np.sum(0.5 * v**2 - stiffness * np.cos(x))  # (5)
    # backprop return np.sum(0.5 * state["v"] ** 2 - stiffness * np.cos(state["x"]))  (5)
    dv = v
    dstiffness = -np.sum(np.cos(x))
    dx = stiffness * np.sin(x)
    # backprop for _ in range(steps)                 (1)
    for turn in range(steps - 1, -1, -1):
        sin_x_1 = sin_xs[turn]
        sin_x = sin_xs_1[turn]
        # backprop state["v"] = state["v"] - 0.5 * dt * stiffness * np.sin(state["x"])  (4)
        dx -= 0.05 * stiffness * np.cos(x) * dv
        dstiffness += 0.05 * np.sum(-sin_x_1 * dv)
        # backprop state["x"] = state["x"] + dt * state["v"]  (3)
        dv = dv + 0.1 * dx
        x = kept_x[turn]
        # backprop state["v"] = state["v"] - 0.5 * dt * stiffness * np.sin(state["x"])  (2)
        dx -= 0.05 * stiffness * np.cos(x) * dv
        dstiffness += 0.05 * np.sum(-sin_x * dv)
    return result, ({"x": dx, "v": dv.copy()}, dstiffness)
