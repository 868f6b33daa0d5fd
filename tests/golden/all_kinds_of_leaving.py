import math

import numpy as np


def value_and_grad_all_kinds_of_leaving(x, quota):
    # forward pass
    taken = []  # kept for the reverse
    taken_1 = []  # kept for the reverse
    useds = []  # kept for the reverse
    totals = []  # kept for the reverse
    taken_2 = []  # kept for the reverse
    sqrts = []  # kept for the reverse
    used = 0.0                                     # (1)
    total = 1.0
    total_1 = 0
    turns = 0
    for i in range(len(x)):
        useds.append(used)
        totals.append(total)
        x_i_below_0 = x[i] < 0.0                   # (2)
        taken.append(x_i_below_0)
        turns += 1                                 # (1)
        if x_i_below_0:                            # (2)
            total_1 = 0
        else:
            condition = used + x[i] > quota        # (3)
            taken_1.append(condition)
            if condition:
                total *= quota - used              # (4)
                total_1 = 1
                break
            used += x[i]                           # (5)
            i_is_4 = i == 4                        # (6)
            taken_2.append(i_is_4)
            if i_is_4:
                total_2 = total * used             # (7)
                total_1 = 3
                break
            sqrt = math.sqrt(1.0 + x[i])           # (8)
            sqrts.append(sqrt)
            total += sqrt
            total_1 = 0
    total_1_is_not_0 = total_1 != 0                # (9)
    if total_1_is_not_0:
        done = total_1 == 3
    else:
        total -= used                              # (10)
        done = False
    if not done:
        total_2 = total * total                    # (11)
    # backprop total -= used                         (10)
    if done:
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
        x_i_below_0 = taken.pop()
        used_1 = useds.pop()
        total_3 = totals.pop()
        # backprop if x[i] < 0.0                     (2)
        if not x_i_below_0:
            condition = taken_1.pop()
            # backprop if used + x[i] > quota        (3)
            if condition:
                # backprop total *= quota - used     (4)
                dquota += total_3 * dtotal
                dused -= total_3 * dtotal
                dtotal *= quota - used_1
            else:
                i_is_4 = taken_2.pop()
                used_1 += x[i]                     # (5)
                # backprop if i == 4                 (6)
                if i_is_4:
                    # backprop return total * used   (7)
                    dtotal += used_1 * dtotal_2
                    dused += total_3 * dtotal_2
                else:
                    sqrt = sqrts.pop()
                    # backprop total += math.sqrt(1.0 + x[i])  (8)
                    dx[i] += 0.5 / sqrt * dtotal
                # backprop used += x[i]              (5)
                dx[i] += dused
        dtotal_2 = 0.0
    return total_2, (dx, dquota)
