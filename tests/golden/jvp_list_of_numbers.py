import math


def jvp_list_of_numbers(xs, xs0_dot, xs1_dot, xs2_dot, xs3_dot):
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
    result = math.sqrt(total_3)                    # (5)
    return result, 0.5 / result * total_3_dot
