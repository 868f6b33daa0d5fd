import math


def hvp_f(x, y, x_dot, y_dot):
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
    # backprop f = num * invden                      (8)
    dnum = invden
    dinvden = num
    # backprop invden = 1.0 / den                    (7)
    dden = -invden**2 * dinvden
    # tangent backprop invden = 1.0 / den            (7)
    dden_dot = -2 * invden * dinvden * invden_dot - invden**2 * num_dot
    # backprop den = sigx + xpysqr                   (6)
    dsigx = dden
    dxpysqr = dden
    # tangent backprop xpysqr = xpy**2               (5)
    dxpy_dot = 2 * dxpysqr * xpy_dot + 2 * xpy * dden_dot
    # tangent backprop sigx = 1.0 / (1 + math.exp(-x))  (3)
    dx_dot = dxpy_dot + (dsigx * (1 - 2 * sigx) * sigx_dot + sigx * (1 - sigx) * dden_dot)
    # tangent backprop num = x + sigy                (2)
    dx_dot += invden_dot
    # backprop num = x + sigy                        (2)
    dsigy = dnum
    # tangent backprop sigy = 1.0 / (1 + math.exp(-y))  (1)
    dy_dot = dxpy_dot + (dsigy * (1 - 2 * sigy) * sigy_dot + sigy * (1 - sigy) * invden_dot)
    return dx_dot, dy_dot
