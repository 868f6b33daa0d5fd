import numpy as np


def value_and_grad_arrays_in_containers(weights, decay):
    first = weights["first"]
    second = weights["second"]
    # forward pass
    first_1 = first * decay                        # (1)
    second_1 = second * decay                      # (2)
    first_2 = first_1 * decay                      # (3)
    first_2[0] += 1.0                              # (4)
    result = 0 + np.sum(first_2**2) + np.sum(second_1**2) + np.sum(first_2**2)  # (5)
    # backprop return sum(np.sum(w**2) for w in layers)  (5)
    dfirst_2 = 2 * first_2
    dsecond_1 = 2 * second_1
    dfirst_2 = dfirst_2 + dfirst_2
    # backprop layer *= decay                        (3)
    dfirst_1 = decay * dfirst_2
    ddecay = np.sum(first_1 * dfirst_2)
    # backprop layer *= decay                        (2)
    dsecond = decay * dsecond_1
    ddecay += np.sum(second * dsecond_1)
    # backprop layer *= decay                        (1)
    dfirst = decay * dfirst_1
    ddecay += np.sum(first * dfirst_1)
    return result, ({"first": dfirst, "second": dsecond}, ddecay)
