import numpy as np


def value_and_grad_clipped(x, low, high):
    # forward pass
    clipped = np.clip(x, low, high)                # (1)
    clipped_1 = np.clip(x, -0.5, 0.5)
    result = np.sum(clipped**2) + np.sum(clipped_1 * x) + np.sum(np.clip(x, 0.0, None))
    # backprop return np.sum(np.clip(x, low, high) ** 2) + np.sum(x.clip(-0.5, 0.5) * x) + ...  (1)
    dx = np.where(x < 0.0, 0.0, 1.0)
    dx += clipped_1
    dx += np.where((x < -0.5) | (x > 0.5), 0.0, x)
    dclipped = 2 * clipped
    x_below_low = x < low
    x_above_high = x > high
    dx += np.where(x_below_low | x_above_high, 0.0, dclipped)
    dlow = np.sum(np.where(low > high, 0.0, np.where(x_below_low, dclipped, 0.0)))
    dhigh = np.sum(np.where(x_above_high | (low > high), dclipped, 0.0))
    return result, (dx, dlow, dhigh)
