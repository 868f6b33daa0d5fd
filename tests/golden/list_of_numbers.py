import math


def value_and_grad_list_of_numbers(xs):
    xs0 = xs[0]
    xs1 = xs[1]
    xs2 = xs[2]
    xs3 = xs[3]
    # forward pass
    total = 0.0 + xs0 * xs0                        # (1)
    total_1 = total + xs1 * xs1                    # (2)
    total_2 = total_1 + xs2 * xs2                  # (3)
    total_3 = total_2 + xs3 * xs3                  # (4)
    result = math.sqrt(total_3)                    # (5)
    # backprop return math.sqrt(total)               (5)
    dtotal_3 = 0.5 / result
    # backprop total += x * x                        (4)
    dtotal_2 = dtotal_3
    dxs3 = 2 * xs3 * dtotal_3
    # backprop total += x * x                        (3)
    dtotal_1 = dtotal_2
    dxs2 = 2 * xs2 * dtotal_2
    # backprop total += x * x                        (2)
    dtotal = dtotal_1
    dxs1 = 2 * xs1 * dtotal_1
    # backprop total += x * x                        (1)
    dxs0 = 2 * xs0 * dtotal
    return result, [dxs0, dxs1, dxs2, dxs3]
