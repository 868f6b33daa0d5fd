import numpy as np


def value_and_grad_results_of_equal_types(x, weights):
    # forward pass
    x_above_0 = x > 0                              # (1)
    if x_above_0:
        product = x * 1.0                          # (2)
        product_1 = x * 2.0
        product_2 = x * 3.0
        total = 0 + product + product_1 + product_2  # (3)
        kept = weights * product_2
    else:
        total = 0.0 - x**0                         # (4)
        total -= x**1                              # (5)
        total -= x**2                              # (6)
        kept = weights + x                         # (7)
    subtotal = np.sum(kept * kept)                 # (8)
    result = total * subtotal
    # backprop return total * np.sum(kept * kept)    (8)
    dtotal = subtotal
    dkept = 2 * kept * total
    # backprop if x > 0                              (1)
    if x_above_0:
        product = x * 3.0                          # (2)
        # backprop total, kept = sum(terms), weights * terms[-1]  (3)
        dweights = product * dkept
        dproduct_2 = np.sum(weights * dkept)
        dproduct_2 += dtotal
        # backprop terms = [x * k for k in (1.0, 2.0, 3.0)]  (2)
        dx = 3 * dproduct_2
        dx += 2 * dtotal
        dx += dtotal
    else:
        # backprop kept = weights + x                (7)
        dweights = dkept
        dx = np.sum(dkept)
        # backprop total -= x**k                     (6)
        dx -= 2 * x * dtotal
        # backprop total -= x**k                     (5)
        dx -= dtotal
    return result, (dx, dweights)
