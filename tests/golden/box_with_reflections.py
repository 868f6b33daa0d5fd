import numpy as np


def value_and_grad_box_with_reflections(particles, gravity, steps):
    position = particles.position
    velocity = particles.velocity
    # forward pass
    taken = np.empty((max(steps, 0), position.shape[0]), dtype=np.bool_)  # kept for the reverse
    taken_1 = np.empty((max(steps, 0), position.shape[0]), dtype=np.bool_)  # kept for the reverse
    for turn in range(steps):                      # (1)
        velocity = velocity - 0.1 * gravity        # (2)
        position = position + 0.1 * velocity       # (3)
        for i in range(len(position)):             # (4)
            position_i_below_0 = position[i] < 0.0  # (5)
            taken[turn, i] = position_i_below_0
            if position_i_below_0:
                position[i] = -position[i]         # (6)
                velocity[i] = -0.9 * velocity[i]   # (7)
            else:
                position_i_above_1 = position[i] > 1.0  # (8)
                taken_1[turn, i] = position_i_above_1
                if position_i_above_1:
                    position[i] = 2.0 - position[i]  # (9)
                    velocity[i] = -0.9 * velocity[i]  # (10)
    result = np.sum(position**2) + np.sum(velocity**2)  # (11)
    # backprop return np.sum(particles.position**2) + np.sum(particles.velocity**2)  (11)
    dvelocity = 2 * velocity
    dposition = 2 * position
    # backprop for _ in range(steps)                 (1)
    dgravity = 0.0
    for turn in range(steps - 1, -1, -1):
        # backprop for i in range(len(x))            (4)
        for i in range(position.shape[0] - 1, -1, -1):
            position_i_below_0 = taken[turn, i]
            # backprop if x[i] < 0.0                 (5)
            if position_i_below_0:
                # backprop v[i] = -0.9 * v[i]        (7)
                dvelocity[i] = -0.9 * dvelocity[i]
                # backprop x[i] = -x[i]              (6)
                dposition[i] = -dposition[i]
            else:
                position_i_above_1 = taken_1[turn, i]
                # backprop if x[i] > 1.0             (8)
                if position_i_above_1:
                    # backprop v[i] = -0.9 * v[i]    (10)
                    dvelocity[i] = -0.9 * dvelocity[i]
                    # backprop x[i] = 2.0 - x[i]     (9)
                    dposition[i] = -dposition[i]
        # backprop x += 0.1 * v                      (3)
        dvelocity += 0.1 * dposition
        # backprop v -= 0.1 * gravity                (2)
        dgravity -= 0.1 * np.sum(dvelocity)
    return result, ({"position": dposition, "velocity": dvelocity}, dgravity)
