import math


def value_and_grad_logistic_without_overflow(x):
    # forward pass
    x_from_0 = x >= 0                              # (1)
    if x_from_0:
        result = 1.0 / (1.0 + math.exp(-x))        # (2)
    else:
        z = math.exp(x)                            # (3)
        result = z / (1.0 + z)                     # (4)
    # backprop if x >= 0                             (1)
    if x_from_0:
        # backprop return 1.0 / (1.0 + math.exp(-x))  (2)
        dx = (1 - result) * result
    else:
        # backprop return z / (1.0 + z)              (4)
        dz = 1 / (1.0 + z) ** 2
        # backprop z = math.exp(x)                   (3)
        dx = z * dz
    return result, dx
