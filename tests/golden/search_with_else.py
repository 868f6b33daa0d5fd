import numpy as np


def value_and_grad_search_with_else(x, target):
    # forward pass
    taken = []  # kept for the reverse
    total = False                                  # (1)
    total_1 = False
    turns = 0
    for i in range(len(x)):
        mask = x[i] >= target                      # (2)
        taken.append(mask)
        if mask:
            found = x[i] - target                  # (3)
            total = True
        total_1 = bool(mask)                       # (4)
        turns = turns + 1                          # (1)
        if bool(mask):                             # (4)
            break
    if not total_1:                                # (5)
        found_1 = 10.0 + target                    # (6)
        found = np.float64(found_1)
        total = True
    if not total:                                  # (7)
        raise UnboundLocalError(
            "cannot access local variable 'found' where it is not associated with a value"
        )
    result = found * found
    # backprop return found * found                  (7)
    dfound = 2 * found
    # backprop for i in range(len(x))                (5)
    if total_1:
        dtarget = 0.0
    else:
        # backprop found = 10.0 + target             (6)
        dfound = dfound
        dtarget_ = dfound
        dfound = 0.0
        dtarget = dtarget_
    # backprop for i in range(len(x))                (1)
    dx = np.zeros(x.shape[0])
    for i in range(-1 + turns, -1, -1):
        mask = taken.pop()
        # backprop if x[i] >= target                 (2)
        if mask:
            # backprop found = x[i] - target         (3)
            dtarget -= dfound
            dx[i] += dfound
            dfound = 0.0
    return result, (dx, dtarget)
