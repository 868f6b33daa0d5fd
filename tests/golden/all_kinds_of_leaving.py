import math

import numpy as np


def value_and_grad_all_kinds_of_leaving(x, quota):
    # forward pass
    taken = np.empty(len(x), dtype=np.bool_)  # kept for the reverse
    taken_1 = np.empty(len(x), dtype=np.bool_)  # kept for the reverse
    useds = np.empty(len(x))  # kept for the reverse
    totals = np.empty(len(x))  # kept for the reverse
    sqrts = np.empty(len(x))  # kept for the reverse
    used = 0.0                                     # (1)
    total = 1.0
    total_1 = 0
    turns = 0
    done = False
    for i in range(len(x)):
        useds[i] = used
        totals[i] = total
        x_i_below_0 = x[i] < 0.0                   # (2)
        taken[i] = x_i_below_0
        turns += 1                                 # (1)
        if x_i_below_0:                            # (2)
            total_1 = 0
        else:
            condition = used + x[i] > quota        # (3)
            taken_1[i] = condition
            if condition:
                total *= quota - used              # (4)
                total_1 = 1
                done = True
                break
            used += x[i]                           # (5)
            if i == 4:                             # (6)
                total_2 = total * used             # (7)
                total_1 = 3
                done = True
                break
            sqrt = math.sqrt(1.0 + x[i])           # (8)
            sqrts[i] = sqrt
            total += sqrt
            total_1 = 0
    total_1_is_not_0 = total_1 != 0                # (9)
    if total_1_is_not_0:
        done_1 = total_1 == 3
    else:
        total -= used                              # (10)
        done_1 = False
    if not done_1:
        total_2 = total * total                    # (11)
    # backprop total -= used                         (10)
    if done_1:
        dtotal_2 = 1.0
        dtotal = 0.0
    else:
        # backprop return total * total              (11)
        dtotal = 2 * total
        dtotal_2 = 0.0
    # backprop for i in range(len(x))                (9)
    dused = 0.0 if total_1_is_not_0 else -dtotal
    # backprop for i in range(len(x))                (1)
    dx = np.zeros_like(x)
    dquota = 0.0
    for i in range(turns - 1, -1, -1):
        x_i_below_0 = taken[i]
        used_1 = useds[i]
        total_3 = totals[i]
        # backprop if x[i] < 0.0                     (2)
        if not x_i_below_0:
            condition = taken_1[i]
            # backprop if used + x[i] > quota        (3)
            if condition:
                # backprop total *= quota - used     (4)
                dquota += total_3 * dtotal
                dused -= total_3 * dtotal
                dtotal *= quota - used_1
            else:
                used_1 += x[i]                     # (5)
                # backprop if i == 4                 (6)
                if done and i == turns - 1:
                    # backprop return total * used   (7)
                    dtotal += used_1 * dtotal_2
                    dused += total_3 * dtotal_2
                else:
                    sqrt = sqrts[i]
                    # backprop total += math.sqrt(1.0 + x[i])  (8)
                    dx[i] += 0.5 / sqrt * dtotal
                # backprop used += x[i]              (5)
                dx[i] += dused
        dtotal_2 = 0.0
    return total_2, (dx, dquota)
