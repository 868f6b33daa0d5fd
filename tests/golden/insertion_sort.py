import numpy as np


def value_and_grad_insertion_sort(x, weights):
    # forward pass
    kept_turns = np.empty(max(len(x) - 1, 0), dtype=np.int64)  # kept for the reverse
    kept_j = []  # kept for the reverse
    x_1 = x.copy()                                 # (1)
    for i in range(1, len(x)):
        j = i                                      # (2)
        turns = 0
        while True:
            j_above_0 = j > 0                      # (3)
            done = x_1[j - 1] > x_1[j] if j_above_0 else bool(j_above_0)
            if not done:
                break
            kept_j.append(j)                       # (2)
            element = x_1[j - 1]                   # (4)
            x_1[j - 1] = x_1[j]
            x_1[j] = element
            j -= 1                                 # (5)
            turns += 1                             # (2)
        kept_turns[i - 1] = turns
    result = weights @ x_1                         # (6)
    # backprop return weights @ x                    (6)
    dweights = x_1
    dx_1 = weights
    # backprop for i in range(1, len(x))             (1)
    dx_1 = dx_1.copy()
    for i in range(len(x) - 1, 0, -1):
        turns = kept_turns[i - 1]
        # backprop while j > 0 and x[j - 1] > x[j]   (2)
        for _ in range(turns):
            j = kept_j.pop()
            # backprop x[j - 1], x[j] = x[j], x[j - 1]  (4)
            delement = dx_1[j]
            dx_1[j] = 0.0
            dx_1_j = dx_1[j - 1]
            dx_1[j - 1] = 0.0
            dx_1[j - 1] += delement
            dx_1[j] += dx_1_j
    return result, (dx_1, dweights)
