import numpy as np


def value_and_grad_break_and_continue(x):
    # forward pass
    taken = np.empty(10, dtype=np.bool_)  # kept for the reverse
    totals = np.empty(10)  # kept for the reverse
    turns = 0                                      # (1)
    done = False
    for k in range(10):
        condition = k % 2 != 0                     # (2)
        taken[k] = condition
        turns = turns + 1                          # (1)
        if not condition:                          # (2)
            if k > 6:                              # (3)
                done = True
                break
            total = 1.0 + k * x                    # (4)
            totals[k] = total
            x = x / total
    # backprop x = x / (1.0 + k * x)                 (1)
    dx = 1.0
    for k in range(turns - 1, -1, -1):
        condition = taken[k]
        # backprop if k % 2                          (2)
        if not condition:
            # backprop if k > 6                      (3)
            if not (done and k == turns - 1):
                total = totals[k]
                # backprop x = x / (1.0 + k * x)     (4)
                dx /= total**2
    return x, dx
