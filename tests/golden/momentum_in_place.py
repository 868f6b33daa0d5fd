import numpy as np


def value_and_grad_momentum_in_place(w, rate, steps):
    # forward pass
    velocity = np.zeros_like(w)                    # (1)
    gradients = np.empty((max(steps, 0), w.shape[0]))  # kept for the reverse
    kept_w = np.empty((max(steps, 0), w.shape[0]))  # kept for the reverse
    for turn in range(steps):                      # (2)
        kept_w[turn] = w
        gradient = 4.0 * w**3 - w                  # (3)
        gradients[turn] = gradient
        velocity = velocity * 0.9                  # (4)
        velocity = velocity - rate * gradient      # (5)
        w = w + velocity                           # (6)
    result = np.sum(w**2)                          # (7)
    # backprop return np.sum(w**2)                   (7)
    dw = 2 * w
    # backprop for _ in range(steps)                 (2)
    dvelocity = np.zeros_like(velocity)
    drate = 0.0
    for turn in range(steps - 1, -1, -1):
        gradient = gradients[turn]
        w_1 = kept_w[turn]
        # backprop w += velocity                     (6)
        dvelocity += dw
        # backprop velocity -= rate * gradient       (5)
        drate += np.sum(-gradient * dvelocity)
        dgradient = -rate * dvelocity
        # backprop velocity *= 0.9                   (4)
        dvelocity = 0.9 * dvelocity
        # backprop gradient = 4.0 * w**3 - w         (3)
        dw += (12 * w_1**2 - 1) * dgradient
    return result, (dw, drate)
