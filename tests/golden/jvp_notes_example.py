import math


def jvp_f(x, y, x_dot, y_dot):
    # forward pass
    sigy = 1.0 / (1 + math.exp(-y))                # (1)
    # tangent sigy = 1.0 / (1 + math.exp(-y))        (1)
    sigy_dot = (1 - sigy) * sigy * y_dot
    num = x + sigy                                 # (2)
    # tangent num = x + sigy                         (2)
    num_dot = x_dot + sigy_dot
    sigx = 1.0 / (1 + math.exp(-x))                # (3)
    # tangent sigx = 1.0 / (1 + math.exp(-x))        (3)
    sigx_dot = (1 - sigx) * sigx * x_dot
    xpy = x + y                                    # (4)
    # tangent xpy = x + y                            (4)
    xpy_dot = x_dot + y_dot
    xpysqr = xpy**2                                # (5)
    # tangent xpysqr = xpy**2                        (5)
    xpysqr_dot = 2 * xpy * xpy_dot
    den = sigx + xpysqr                            # (6)
    # tangent den = sigx + xpysqr                    (6)
    den_dot = sigx_dot + xpysqr_dot
    invden = 1.0 / den                             # (7)
    # tangent invden = 1.0 / den                     (7)
    invden_dot = -invden**2 * den_dot
    f = num * invden                               # (8)
    # tangent f = num * invden                       (8)
    f_dot = invden * num_dot + num * invden_dot
    return f, f_dot
