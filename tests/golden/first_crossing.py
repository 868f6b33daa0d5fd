import numpy as np


def value_and_grad_first_crossing(signal, level):
    # forward pass
    done = False                                   # (1)
    turns = 0
    for i in range(1, len(signal)):
        turns += 1
        if signal[i] > level:                      # (2)
            total = i - 1 + (level - signal[i - 1]) / (signal[i] - signal[i - 1])  # (3)
            done = True
            break
    if not done:                                   # (4)
        total = np.float64(-level)                 # (5)
    # backprop for i in range(1, len(signal))        (4)
    if done:
        dtotal = 1.0
        dlevel = 0.0
    else:
        # backprop return -level                     (5)
        dlevel = -1.0
        dtotal = 0.0
    # backprop for i in range(1, len(signal))        (1)
    dsignal = np.zeros_like(signal)
    for i in range(turns, 0, -1):
        # backprop if signal[i] > level              (2)
        if done and i == turns:
            difference = signal[i] - signal[i - 1]  # (3)
            ratio = (level - signal[i - 1]) / difference
            # backprop return i - 1 + (level - signal[i - 1]) / (signal[i] - signal[i - 1])  (3)
            ddifference_1 = dtotal / difference
            ddifference_2 = -ratio / difference * dtotal
            dlevel += ddifference_1
            dsignal[i - 1] -= ddifference_2
            dsignal[i] += ddifference_2
            dsignal[i - 1] -= ddifference_1
        dtotal = 0.0
    return total, (dsignal, dlevel)
