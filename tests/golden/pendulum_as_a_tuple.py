import math

import numpy as np


def value_and_grad_pendulum_as_a_tuple(theta, omega, steps):
    # forward pass
    angles = np.empty(max(steps, 0))  # kept for the reverse
    angle = theta                                  # (1)
    speed = omega
    for turn in range(steps):
        angles[turn] = angle
        speed = speed - 0.1 * math.sin(angle)      # (2)
        angle = angle + 0.1 * speed                # (3)
    result = angle**2 + 0.5 * speed                # (4)
    # backprop return state[0] ** 2 + 0.5 * state[1]  (4)
    dangle = 2 * angle
    # backprop for _ in range(steps)                 (1)
    dangle_ = dangle
    dspeed = 0.5
    for turn in range(steps - 1, -1, -1):
        angle_1 = angles[turn]
        # backprop state = (angle + 0.1 * speed, speed)  (3)
        dspeed += 0.1 * dangle_
        # backprop speed = speed - 0.1 * math.sin(angle)  (2)
        dangle_ -= 0.1 * math.cos(angle_1) * dspeed
        dspeed_ = dspeed
        dspeed = dspeed_
    return result, (dangle_, dspeed)
