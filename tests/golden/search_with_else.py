import numpy as np


def value_and_grad_search_with_else(x, target):
    # forward pass
    done = False                                   # (1)
    done_1 = False
    turns = 0
    for i in range(len(x)):
        turns += 1
        if x[i] >= target:                         # (2)
            found = x[i] - target                  # (3)
            done = True
            done_1 = True
            break
    if not done_1:                                 # (4)
        found_1 = 10.0 + target                    # (5)
        found = np.float64(found_1)
        done = True
    if not done:                                   # (6)
        raise UnboundLocalError(
            "cannot access local variable 'found' where it is not associated with a value"
        )
    result = found * found
    # backprop return found * found                  (6)
    dfound = 2 * found
    # backprop for i in range(len(x))                (4)
    if done_1:
        dtarget = 0.0
    else:
        # backprop found = 10.0 + target             (5)
        dtarget = dfound
        dfound = 0.0
    # backprop for i in range(len(x))                (1)
    dx = np.zeros_like(x)
    for i in range(turns - 1, -1, -1):
        # backprop if x[i] >= target                 (2)
        if done_1 and i == turns - 1:
            # backprop found = x[i] - target         (3)
            dtarget -= dfound
            dx[i] += dfound
            dfound = 0.0
    return result, (dx, dtarget)
