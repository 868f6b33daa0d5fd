import math


def value_and_grad_while_with_everything(x, n):
    # forward pass
    taken = []  # kept for the reverse
    kept_n = []  # kept for the reverse
    taken_1 = []  # kept for the reverse
    totals = []  # kept for the reverse
    n_1 = n                                        # (1)
    total = x
    total_1 = 0
    turns = 0
    while n_1 > 0:
        totals.append(total)
        n_1 -= 1                                   # (2)
        kept_n.append(n_1)
        condition = n_1 % 3 == 0                   # (3)
        taken.append(condition)
        turns += 1                                 # (1)
        if condition:                              # (3)
            total_1 = 0
        else:
            total = total + math.sin(total) / (n_1 + 1)  # (4)
            total_above_3 = total > 3.0            # (5)
            taken_1.append(total_above_3)
            if total_above_3:
                total_2 = total * n_1              # (6)
                total_1 = 3
                break
            condition_1 = total < -3.0             # (7)
            done = False or condition_1            # (8)
            total_1 = (1 if condition_1 else 0) if False or condition_1 else 0
            if done:
                break
    total_1_is_not_0 = total_1 != 0                # (9)
    if total_1_is_not_0:
        done = total_1 == 3
    else:
        total *= 0.5                               # (10)
        done = False
    if not done:
        total_2 = total**2                         # (11)
    # backprop total *= 0.5                          (10)
    if done:
        dtotal_2 = 1.0
        dtotal = 0.0
    else:
        # backprop return total**2                   (11)
        dtotal = 2 * total
        dtotal_2 = 0.0
    # backprop while n > 0                           (9)
    if not total_1_is_not_0:
        # backprop total *= 0.5                      (10)
        dtotal *= 0.5
    # backprop while n > 0                           (1)
    dtotal_ = dtotal
    for _ in range(turns):
        condition = taken.pop()
        n_2 = kept_n.pop()
        total_3 = totals.pop()
        # backprop if n % 3 == 0                     (3)
        if condition:
            dtotal__ = dtotal_
        else:
            total_above_3 = taken_1.pop()
            # backprop if total > 3.0                (5)
            if total_above_3:
                # backprop return total * n          (6)
                dtotal_ += n_2 * dtotal_2
                dtotal__ = dtotal_
            else:
                dtotal__ = dtotal_
            # backprop total = total + math.sin(total) / (n + 1)  (4)
            dtotal__ *= 1 + math.cos(total_3) / (n_2 + 1)
        dtotal_ = dtotal__
        dtotal_2 = 0.0
    return total_2, dtotal_
