import numpy as np


def value_and_grad_missing_values(signal, present):
    # forward pass
    taken = np.empty(signal.shape[0], dtype=np.bool_)  # kept for the reverse
    total = 0.0                                    # (1)
    count = 0
    for i in range(signal.shape[0]):
        value = signal[i]
        there = present[i]
        number = not there                         # (2)
        taken[i] = number
        if not number:
            total += value * value                 # (3)
            count += 1                             # (4)
    count_is_not_0 = count != 0                    # (5)
    result = total / count if count_is_not_0 else 0.0 * total
    # backprop return total / count if count else 0.0 * total  (5)
    dtotal = 1 / count if count_is_not_0 else 0.0
    # backprop for value, there in zip(signal, present)  (1)
    dsignal = np.zeros_like(signal)
    for i in range(signal.shape[0]):
        number = taken[i]
        value = signal[i]                          # (1)
        # backprop if not there                      (2)
        if number:
            dvalue = 0.0
        else:
            # backprop total += value * value        (3)
            dvalue = 2 * value * dtotal
        # backprop for value, there in zip(signal, present)  (1)
        dsignal[i] += dvalue
    return result, dsignal
