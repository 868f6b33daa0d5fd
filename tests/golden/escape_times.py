import math

import numpy as np


def value_and_grad_escape_times(re, im, turns):
    # forward pass
    taken = np.empty(len(re), dtype=np.bool_)  # kept for the reverse
    kept_turns = np.empty(len(re), dtype=np.int64)  # kept for the reverse
    taken_1 = []  # kept for the reverse
    kept_a = []  # kept for the reverse
    kept_b = []  # kept for the reverse
    logs = []  # kept for the reverse
    total = 0.0                                    # (1)
    for k in range(len(re)):
        a = re[k]                                  # (2)
        b = im[k]
        size = 0.0                                 # (3)
        done = False
        turns_1 = 0
        for n in range(turns):
            kept_a.append(a)
            kept_b.append(b)
            size = a * a + b * b                   # (4)
            size_above_16 = size > 16.0            # (5)
            taken_1.append(size_above_16)
            turns_1 += 1                           # (3)
            if size_above_16:                      # (5)
                log = math.log(size)               # (6)
                logs.append(log)
                total += n - math.log(0.5 * log)
                done = True
                break
            b_1 = 2.0 * a * b + im[k]              # (7)
            a = a * a - b * b + re[k]
            b = b_1
        taken[k] = done                            # (3)
        kept_turns[k] = turns_1
        if not done:                               # (8)
            total += 0.1 * size                    # (9)
    # backprop for k in range(len(re))               (1)
    dre = np.zeros_like(re)
    dim = np.zeros_like(im)
    for k in range(len(re) - 1, -1, -1):
        done = taken[k]
        turns_1 = kept_turns[k]
        # backprop for n in range(turns)             (8)
        dsize = 0.0 if done else 0.1
        # backprop for n in range(turns)             (3)
        da = 0.0
        db = 0.0
        for _ in range(turns_1 - 1, -1, -1):
            size_above_16 = taken_1.pop()
            a = kept_a.pop()
            b = kept_b.pop()
            size = a * a + b * b                   # (4)
            # backprop if size > 16.0                (5)
            if size_above_16:
                log = logs.pop()
                # backprop total += n - math.log(0.5 * math.log(size))  (6)
                dsize -= 1.0 / (size * log)
            else:
                # backprop a, b = a * a - b * b + re[k], 2.0 * a * b + im[k]  (7)
                da_ = 2 * b * db
                db_ = 2.0 * a * db
                dim[k] += db
                db_ -= 2 * b * da
                dre[k] += da
                da_ += 2 * a * da
                da = da_
                db = db_
            # backprop size = a * a + b * b          (4)
            da += 2 * a * dsize
            db += 2 * b * dsize
            dsize = 0.0
        # backprop a, b, size = re[k], im[k], 0.0    (2)
        dim[k] += db
        dre[k] += da
    return total, (dre, dim)
