import numpy as np


def value_and_grad_from_two_loops_at_once(x, limit):
    # forward pass
    kept_turns = np.empty(len(x), dtype=np.int64)  # kept for the reverse
    done = False                                   # (1)
    turns = 0
    for i in range(len(x)):
        done = False                               # (2)
        turns_1 = 0
        for j in range(i):
            turns_1 += 1
            if x[i] * x[j] > limit:                # (3)
                total = x[i] - x[j] + i            # (4)
                done = True
                break
        kept_turns[i] = turns_1                    # (2)
        turns += 1                                 # (1)
        if done:
            break
    if not done:                                   # (5)
        total = x[0] * limit                       # (6)
    # backprop for i in range(len(x))                (5)
    if done:
        dx = np.zeros_like(x)
        dtotal = 1.0
        dlimit = 0.0
    else:
        # backprop return x[0] * limit               (6)
        dlimit = x[0]
        dx = np.zeros_like(x)
        dx[0] += limit
        dtotal = 0.0
    # backprop for i in range(len(x))                (1)
    for i in range(turns - 1, -1, -1):
        turns_1 = kept_turns[i]
        condition = done and i == turns - 1
        # backprop for j in range(i)                 (2)
        total_1 = turns_1 - 1
        for j in range(total_1, -1, -1):
            # backprop if x[i] * x[j] > limit        (3)
            if condition and j == total_1:
                # backprop return x[i] - x[j] + i    (4)
                dx[j] -= dtotal
                dx[i] += dtotal
            dtotal = 0.0
        dtotal = 0.0
    return total, (dx, dlimit)
