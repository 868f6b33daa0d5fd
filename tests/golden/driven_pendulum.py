import math

import numpy as np


def value_and_grad_driven_pendulum(angle, speed, drive, steps):
    # forward pass
    angles = np.empty(max(steps, 0))  # kept for the reverse
    speeds = np.empty(max(steps, 0))  # kept for the reverse
    for t in range(steps):                         # (1)
        angles[t] = angle
        speeds[t] = speed
        force = drive * math.cos(0.3 * t) - math.sin(angle)  # (2)
        speed = 0.99 * speed + 0.05 * force * math.exp(-0.01 * angle * angle)  # (3)
        angle += 0.05 * speed                      # (4)
    result = angle * angle + speed                 # (5)
    # backprop return angle * angle + speed          (5)
    dangle = 2 * angle
    dspeed = 1.0
    # backprop for t in range(steps)                 (1)
    ddrive = 0.0
    for t in range(steps - 1, -1, -1):
        angle_1 = angles[t]
        speed_1 = speeds[t]
        cos = math.cos(0.3 * t)                    # (2)
        force = drive * cos - math.sin(angle_1)
        exp = math.exp(-0.01 * angle_1 * angle_1)  # (3)
        # backprop return angle + 0.05 * speed, speed  (4)
        dspeed += 0.05 * dangle
        # backprop speed = 0.99 * speed + 0.05 * force * math.exp(-0.01 * angle * angle)  (3)
        dforce = 0.05 * exp * dspeed
        dangle -= 0.001 * force * angle_1 * exp * dspeed
        dspeed *= 0.99
        # backprop force = drive * math.cos(0.3 * t) - math.sin(angle)  (2)
        ddrive += cos * dforce
        dangle -= math.cos(angle_1) * dforce
    return result, (dangle, dspeed, ddrive)
