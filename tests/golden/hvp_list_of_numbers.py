import math


def hvp_list_of_numbers(xs, xs0_dot, xs1_dot, xs2_dot, xs3_dot):
    xs0 = xs[0]
    xs1 = xs[1]
    xs2 = xs[2]
    xs3 = xs[3]
    # forward pass
    total = 0.0 + xs0 * xs0                        # (1)
    # tangent total += x * x                         (1)
    total_dot = 2 * xs0 * xs0_dot
    total_1 = total + xs1 * xs1                    # (2)
    # tangent total += x * x                         (2)
    total_1_dot = total_dot + 2 * xs1 * xs1_dot
    total_2 = total_1 + xs2 * xs2                  # (3)
    # tangent total += x * x                         (3)
    total_2_dot = total_1_dot + 2 * xs2 * xs2_dot
    total_3 = total_2 + xs3 * xs3                  # (4)
    # tangent total += x * x                         (4)
    total_3_dot = total_2_dot + 2 * xs3 * xs3_dot
    sqrt_total_3 = math.sqrt(total_3)              # (5)
    # tangent return math.sqrt(total)                (5)
    sqrt_total_3_dot = 0.5 / sqrt_total_3 * total_3_dot
    # backprop return math.sqrt(total)               (5)
    dtotal_3 = 0.5 / sqrt_total_3
    # tangent backprop return math.sqrt(total)       (5)
    dtotal_3_dot = -dtotal_3 / sqrt_total_3 * sqrt_total_3_dot
    # backprop total += x * x                        (4)
    dtotal_2 = dtotal_3
    # tangent backprop total += x * x                (4)
    dxs3_dot = 2 * dtotal_3 * xs3_dot + 2 * xs3 * dtotal_3_dot
    # backprop total += x * x                        (3)
    dtotal_1 = dtotal_2
    # tangent backprop total += x * x                (3)
    dxs2_dot = 2 * dtotal_2 * xs2_dot + 2 * xs2 * dtotal_3_dot
    # backprop total += x * x                        (2)
    dtotal = dtotal_1
    # tangent backprop total += x * x                (2)
    dxs1_dot = 2 * dtotal_1 * xs1_dot + 2 * xs1 * dtotal_3_dot
    # tangent backprop total += x * x                (1)
    dxs0_dot = 2 * dtotal * xs0_dot + 2 * xs0 * dtotal_3_dot
    return ([dxs0_dot, dxs1_dot, dxs2_dot, dxs3_dot],)
