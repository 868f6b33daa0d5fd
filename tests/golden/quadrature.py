import math

import numpy as np


def value_and_grad_quadrature(
    a,
    b,
    *,
    QUADRATURE0_0=-0.7745966692414834,
    QUADRATURE0_1=0.5555555555555556,
    QUADRATURE1_0=0.0,
    QUADRATURE1_1=0.8888888888888888,
    QUADRATURE2_0=0.7745966692414834,
    QUADRATURE2_1=0.5555555555555556,
):
    # forward pass
    middle = (a + b) / 2                           # (1)
    half = (b - a) / 2
    total = middle + half * QUADRATURE0_0          # (2)
    abs_total = abs(total)
    negative = -abs_total**2
    total_1 = middle + half * QUADRATURE1_0
    abs_total_1 = abs(total_1)
    power = abs_total_1**2
    total_2 = middle + half * QUADRATURE2_0
    abs_total_2 = abs(total_2)
    power_1 = abs_total_2**2
    result = (
        half
        * (
            0
            + QUADRATURE0_1 * math.exp(negative)
            + QUADRATURE1_1 * math.exp(-power)
            + QUADRATURE2_1 * math.exp(-power_1)
        )
    )
    # backprop return half * sum(w * math.exp(-(abs(middle + half * t) ** power)) for t, w in ...  (2)
    dhalf = (
        QUADRATURE0_1 * math.exp(negative)
        + QUADRATURE1_1 * math.exp(-power)
        + QUADRATURE2_1 * math.exp(-power_1)
    )
    dmiddle = np.sign(total_2) * (2 * abs_total_2 * (-half * QUADRATURE2_1 * math.exp(-power_1)))
    dhalf += QUADRATURE2_0 * dmiddle
    dtotal_1 = np.sign(total_1) * (2 * abs_total_1 * (-half * QUADRATURE1_1 * math.exp(-power)))
    dmiddle += dtotal_1
    dhalf += QUADRATURE1_0 * dtotal_1
    dtotal = np.sign(total) * (-2 * abs_total * (half * QUADRATURE0_1 * math.exp(negative)))
    dmiddle += dtotal
    dhalf += QUADRATURE0_0 * dtotal
    # backprop middle, half = (a + b) / 2, (b - a) / 2  (1)
    db = 0.5 * dhalf
    da = -0.5 * dhalf
    da += 0.5 * dmiddle
    db += 0.5 * dmiddle
    return result, (da, db)
