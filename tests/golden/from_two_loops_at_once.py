import numpy as np


def value_and_grad_from_two_loops_at_once(x, limit):
    # forward pass
    kept_turns = []  # kept for the reverse
    taken = []  # kept for the reverse
    total = False                                  # (1)
    turns = 0
    for i in range(len(x)):
        total = False                              # (2)
        turns_1 = 0
        for j in range(i):
            mask = x[i] * x[j] > limit             # (3)
            taken.append(mask)
            if mask:
                total_1 = x[i] - x[j] + i          # (4)
            total = bool(mask)
            turns_1 = turns_1 + 1                  # (2)
            if bool(mask):                         # (4)
                break
        kept_turns.append(turns_1)                 # (2)
        turns = turns + 1                          # (1)
        if total:
            break
    if not total:                                  # (5)
        total_1 = x[0] * limit                     # (6)
    # backprop for i in range(len(x))                (5)
    if total:
        dx = np.zeros(x.shape[0])
        dtotal_1 = 1.0
        dlimit = 0.0
    else:
        # backprop return x[0] * limit               (6)
        dlimit_ = x[0]
        dx = np.zeros_like(x)
        dx[0] += limit
        dtotal_1 = 0.0
        dlimit = dlimit_
    # backprop for i in range(len(x))                (1)
    for i in range(-1 + turns, -1, -1):
        turns_1 = kept_turns.pop()
        # backprop for j in range(i)                 (2)
        for j in range(-1 + turns_1, -1, -1):
            mask = taken.pop()
            # backprop if x[i] * x[j] > limit        (3)
            if mask:
                # backprop return x[i] - x[j] + i    (4)
                dx[j] -= dtotal_1
                dx[i] += dtotal_1
            dtotal_1 = 0.0
        dtotal_1 = 0.0
    return total_1, (dx, dlimit)
