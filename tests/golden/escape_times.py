import math

import numpy as np


def value_and_grad_escape_times(re, im, turns):
    # forward pass
    dre = np.zeros_like(re)
    dim = np.zeros_like(im)
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
            turns_1 += 1                           # (3)
            if size > 16.0:                        # (5)
                log = math.log(size)               # (6)
                logs.append(log)
                total += n - math.log(0.5 * log)
                done = True
                break
            b_1 = 2.0 * a * b + im[k]              # (7)
            a = a * a - b * b + re[k]
            b = b_1
        if done:                                   # (8)
            dsize = 0.0
        else:
            total += 0.1 * size                    # (9)
            # backprop total += 0.1 * size           (9)
            dsize = 0.1
        # backprop for n in range(turns)             (3)
        da = 0.0
        db = 0.0
        for n in range(turns_1 - 1, -1, -1):
            a_1 = kept_a.pop()
            b_1 = kept_b.pop()
            size_1 = a_1 * a_1 + b_1 * b_1         # (4)
            # backprop if size > 16.0                (5)
            if done and n == turns_1 - 1:
                log = logs.pop()
                # backprop total += n - math.log(0.5 * math.log(size))  (6)
                dsize -= 1.0 / (size_1 * log)
            else:
                # backprop a, b = a * a - b * b + re[k], 2.0 * a * b + im[k]  (7)
                da_ = 2 * b_1 * db
                dim[k] += db
                db *= 2.0 * a_1
                db -= 2 * b_1 * da
                dre[k] += da
                da_ += 2 * a_1 * da
                da = da_
            # backprop size = a * a + b * b          (4)
            da += 2 * a_1 * dsize
            db += 2 * b_1 * dsize
            dsize = 0.0
        # backprop a, b, size = re[k], im[k], 0.0    (2)
        dim[k] += db
        dre[k] += da
    return total, (dre, dim)
