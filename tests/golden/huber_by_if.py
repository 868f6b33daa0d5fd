import numpy as np


def value_and_grad_huber_by_if(residual, delta):
    # forward pass
    size = abs(residual)                           # (1)
    size_to_delta = size <= delta                  # (2)
    if size_to_delta:
        result = 0.5 * residual**2                 # (3)
    else:
        result = delta * (size - 0.5 * delta)      # (4)
    # backprop if size <= delta                      (2)
    if size_to_delta:
        # backprop return 0.5 * residual**2          (3)
        dresidual = residual
        ddelta = 0.0
        dsize = 0.0
    else:
        # backprop return delta * (size - 0.5 * delta)  (4)
        ddelta = size - delta
        dsize = delta
        dresidual = 0.0
    # backprop size = abs(residual)                  (1)
    dresidual += np.sign(residual) * dsize
    return result, (dresidual, ddelta)
