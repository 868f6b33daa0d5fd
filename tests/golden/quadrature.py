import math

import numpy as np


def value_and_grad_quadrature(
    a,
    b,
    *,
    outside=-0.7745966692414834,
    outside_1=0.5555555555555556,
    outside_2=0.0,
    outside_3=0.8888888888888888,
    outside_4=0.7745966692414834,
    outside_5=0.5555555555555556,
):
    # forward pass
    middle = (a + b) / 2                           # (1)
    half = (b - a) / 2
    total = middle + half * outside                # (2)
    abs_total = abs(total)
    negative = -abs_total**2
    total_1 = middle + half * outside_2
    abs_total_1 = abs(total_1)
    power = abs_total_1**2
    total_2 = middle + half * outside_4
    abs_total_2 = abs(total_2)
    power_1 = abs_total_2**2
    result = (
        half
        * (
            0
            + outside_1 * math.exp(negative)
            + outside_3 * math.exp(-power)
            + outside_5 * math.exp(-power_1)
        )
    )
    # backprop return half * sum(w * math.exp(-(abs(middle + half * t) ** power)) for t, w in QUADRATURE)  (2)
    dhalf = (
        0
        + outside_1 * math.exp(negative)
        + outside_3 * math.exp(-power)
        + outside_5 * math.exp(-power_1)
    )
    dmiddle = np.sign(total_2) * (2 * abs_total_2 * (-half * outside_5 * math.exp(-power_1)))
    dhalf += outside_4 * dmiddle
    dtotal_1 = np.sign(total_1) * (2 * abs_total_1 * (-half * outside_3 * math.exp(-power)))
    dmiddle += dtotal_1
    dhalf += outside_2 * dtotal_1
    dtotal = np.sign(total) * (-2 * abs_total * (half * outside_1 * math.exp(negative)))
    dmiddle += dtotal
    dhalf += outside * dtotal
    # backprop middle, half = (a + b) / 2, (b - a) / 2  (1)
    db = 0.5 * dhalf
    da = -0.5 * dhalf
    da += 0.5 * dmiddle
    db += 0.5 * dmiddle
    return result, (da, db)
