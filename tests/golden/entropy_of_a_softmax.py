import numpy as np


def value_and_grad_entropy_of_a_softmax(z, *, temperature=2.0):
    # forward pass
    ratio = z / temperature                        # (1)
    largest = np.max(ratio)                        # (2)
    e = np.exp(ratio - largest)
    total = np.sum(e)                              # (3)
    p = e / total
    result = -np.sum(p * np.log(p))                # (4)
    # backprop return -np.sum(p * np.log(p))         (4)
    dp = -(1 + np.log(p))
    # backprop return e / e.sum()                    (3)
    de = dp / total
    de += np.sum(-p / total * dp)
    # backprop e = np.exp(z - np.max(z))             (2)
    dratio = e * de
    ratio_is_largest = ratio == largest
    dratio += np.where(ratio_is_largest, np.sum(-e * de) / np.sum(ratio_is_largest), 0.0)
    # backprop p = softmax(z / temperature)          (1)
    dz = dratio / temperature
    return result, dz
