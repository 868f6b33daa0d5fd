import math

import numpy as np


def value_and_grad_events_and_times(rate, shape, events, times):
    # forward pass
    counted = 0.0                                  # (1)
    drate = 0.0
    for i in range(events.shape[0]):
        n = events[i]
        counted += n * math.log(rate) - rate       # (2)
        # backprop counted += n * math.log(rate) - rate  (2)
        drate -= n / rate - 1
    waited = 0.0                                   # (3)
    dshape = 0.0
    drate_ = 0.0
    for i in range(times.shape[0]):
        t = times[i]
        number = float(rate * t)                   # (4)
        log_number = math.log(number)
        product = rate * t
        power = product**shape
        waited += math.log(shape * rate) + (shape - 1.0) * log_number - power
        # backprop waited += math.log(shape * rate) + (shape - 1.0) * math.log(rate * t) - ...  (4)
        dshape -= 1 / shape + log_number
        drate_ -= 1 / rate
        dshape += 0.0 if product == 0 else power * np.log(product)
        drate_ += 0.0 if shape == 0 else t * (shape * product ** (shape - 1))
        drate_ -= t * ((shape - 1.0) / number)
    result = -(counted + waited)                   # (5)
    # backprop for t in times                        (3)
    drate += drate_
    return result, (drate, dshape)
