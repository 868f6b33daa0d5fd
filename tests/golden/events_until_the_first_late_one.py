import math

import numpy as np


def value_and_grad_events_until_the_first_late_one(rate, events, times):
    # forward pass
    dtimes = np.zeros_like(times)
    loss = 0.0                                     # (1)
    drate = 0.0
    for n in range(len(times)):
        if times[n] > 1.5:                         # (2)
            break
        number = float(rate * times[n])            # (3)
        loss -= events[n] * math.log(number) - rate * times[n]
        # backprop loss -= events[n] * math.log(rate * times[n]) - rate * times[n]  (3)
        drate += times[n]
        dtimes[n] += rate
        drate += times[n] * (-events[n] / number)
        dtimes[n] += rate * (-events[n] / number)
    return loss, (drate, dtimes)
