import numpy as np


def value_and_grad_same_index_twice(x, values, where):
    # forward pass
    last = x                                       # (1)
    last = last.copy()                             # (2)
    last[where] = values
    buffered = x                                   # (3)
    buffered_1 = buffered.copy()                   # (4)
    buffered_1[where] = buffered[where] + values**2
    result = np.sum(last**3) + np.sum(buffered_1 * x)  # (5)
    # backprop return np.sum(last**3) + np.sum(buffered * x)  (5)
    dbuffered_1 = x
    dx = buffered_1
    dlast = 3 * last**2
    # backprop buffered[where] += values**2          (4)
    part = dbuffered_1[where]
    steps = np.arange(values.shape[0])
    zeros = np.zeros(x.shape[0], dtype=np.int64)
    zeros[where] = steps
    mask = zeros[where] == steps
    dtotal = np.where(mask, part, 0.0)
    dbuffered_1 = dbuffered_1.copy()
    dbuffered_1[where] = 0.0
    dvalues = np.where(mask, 2 * values * part, 0.0)
    np.add.at(dbuffered_1, where, dtotal)
    # backprop buffered = x.copy()                   (3)
    dx += dbuffered_1
    # backprop last[where] = values                  (2)
    steps_1 = np.arange(values.shape[0])
    zeros_1 = np.zeros(x.shape[0], dtype=np.int64)
    zeros_1[where] = steps_1
    dvalues += np.where(zeros_1[where] == steps_1, dlast[where], 0.0)
    dlast[where] = 0.0
    # backprop last = x.copy()                       (1)
    dx += dlast
    return result, (dx, dvalues)
