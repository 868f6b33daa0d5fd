import numpy as np


def value_and_grad_first_crossing(signal, level):
    # forward pass
    taken = []  # kept for the reverse
    total = False                                  # (1)
    turns = 0
    for i in range(1, len(signal)):
        mask = signal[i] > level                   # (2)
        taken.append(mask)
        if mask:
            total_1 = i - 1 + (level - signal[i - 1]) / (signal[i] - signal[i - 1])  # (3)
        total = bool(mask)
        turns = turns + 1                          # (1)
        if bool(mask):                             # (3)
            break
    if not total:                                  # (4)
        total_1 = np.float64(-level)               # (5)
    # backprop for i in range(1, len(signal))        (4)
    if total:
        dtotal_1 = 1.0
        dlevel = 0.0
    else:
        # backprop return -level                     (5)
        dlevel_ = -1.0
        dtotal_1 = 0.0
        dlevel = dlevel_
    # backprop for i in range(1, len(signal))        (1)
    dsignal = np.zeros(signal.shape[0])
    for i in range(turns, 0, -1):
        mask = taken.pop()
        # backprop if signal[i] > level              (2)
        if mask:
            difference = signal[i] - signal[i - 1]  # (3)
            # backprop return i - 1 + (level - signal[i - 1]) / (signal[i] - signal[i - 1])  (3)
            ddifference_1 = dtotal_1 / difference
            ratio = (level - signal[i - 1]) / difference  # (3)
            # backprop return i - 1 + (level - signal[i - 1]) / (signal[i] - signal[i - 1])  (3)
            ddifference_2 = -ratio / difference * dtotal_1
            dlevel += ddifference_1
            dsignal[i - 1] -= ddifference_2
            dsignal[i] += ddifference_2
            dsignal[i - 1] -= ddifference_1
        dtotal_1 = 0.0
    return total_1, (dsignal, dlevel)
