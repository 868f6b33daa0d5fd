import math


def value_and_grad_weighted_moments(values, weights):
    values0 = values[0]
    values1 = values[1]
    values2 = values[2]
    weights0 = weights[0]
    weights1 = weights[1]
    weights2 = weights[2]
    # forward pass
    total = 0 + weights0 + weights1 + weights2     # (1)
    w = weights0 / total                           # (2)
    w_1 = weights1 / total
    w_2 = weights2 / total
    mean = 0 + w * values0 + w_1 * values1 + w_2 * values2  # (3)
    variance = (                                   # (4)
        0 + w * (values0 - mean) ** 2 + w_1 * (values1 - mean) ** 2 + w_2 * (values2 - mean) ** 2
    )
    difference = values0 - mean                    # (5)
    power = difference**3
    difference_1 = values1 - mean
    power_1 = difference_1**3
    difference_2 = values2 - mean
    power_2 = difference_2**3
    power_3 = variance ** 1.5
    skewness = (0 + w * power + w_1 * power_1 + w_2 * power_2) / power_3
    result = mean + variance + 0.1 * skewness      # (6)
    # backprop return mean + variance + 0.1 * skewness  (6)
    dmean = 1.0
    dvariance = 1.0
    dskewness = 0.1
    # backprop skewness = sum(w * (v - mean) ** 3 for w, v in zip(normalised, values, ...  (5)
    dtotal_1 = dskewness / power_3
    dvariance += 1.5 * math.sqrt(variance) * (-skewness / power_3 * dskewness)
    dw_2 = power_2 * dtotal_1
    dvalues2 = 3 * difference_2**2 * (w_2 * dtotal_1)
    dmean -= dvalues2
    dw_1 = power_1 * dtotal_1
    dvalues1 = 3 * difference_1**2 * (w_1 * dtotal_1)
    dw = power * dtotal_1
    dvalues0 = 3 * difference**2 * (w * dtotal_1)
    dmean -= dvalues1
    dmean -= dvalues0
    # backprop variance = sum(w * (v - mean) ** 2 for w, v in zip(normalised, values, strict=True))  (4)
    dw += (values0 - mean) ** 2 * dvariance
    dvalues0 += 2 * w * (values0 - mean) * dvariance
    dmean += (
        (-2 * w * (values0 - mean) - 2 * w_1 * (values1 - mean) - 2 * w_2 * (values2 - mean))
        * dvariance
    )
    dw_1 += (values1 - mean) ** 2 * dvariance
    dvalues1 += 2 * w_1 * (values1 - mean) * dvariance
    dw_2 += (values2 - mean) ** 2 * dvariance
    dvalues2 += 2 * w_2 * (values2 - mean) * dvariance
    # backprop mean = sum(w * v for w, v in zip(normalised, values, strict=True))  (3)
    dw += values0 * dmean
    dvalues0 += w * dmean
    dw_1 += values1 * dmean
    dvalues1 += w_1 * dmean
    dw_2 += values2 * dmean
    dvalues2 += w_2 * dmean
    # backprop normalised = [w / total for w in weights]  (2)
    dweights2 = dw_2 / total
    dtotal = -w_2 / total * dw_2
    dweights1 = dw_1 / total
    dtotal -= w_1 / total * dw_1
    dweights0 = dw / total
    dtotal -= w / total * dw
    # backprop total = sum(weights)                  (1)
    dweights0 += dtotal
    dweights1 += dtotal
    dweights2 += dtotal
    return result, ([dvalues0, dvalues1, dvalues2], [dweights0, dweights1, dweights2])
