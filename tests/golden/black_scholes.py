import math


def value_and_grad_black_scholes(spot, strike, rate, sigma, expiry):
    # forward pass
    root = sigma * math.sqrt(expiry)               # (1)
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  # (2)
    d2 = d1 - root                                 # (3)
    normal_cdf = 0.5 * (1.0 + math.erf(d1 / 1.4142135623730951))  # (4)
    normal_cdf_1 = 0.5 * (1.0 + math.erf(d2 / 1.4142135623730951))  # (5)
    result = spot * normal_cdf - strike * math.exp(-rate * expiry) * normal_cdf_1  # (6)
    # backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)  (6)
    dspot = normal_cdf
    dstrike = -normal_cdf_1 * math.exp(-rate * expiry)
    drate = strike * expiry * normal_cdf_1 * math.exp(-rate * expiry)
    dexpiry = strike * rate * normal_cdf_1 * math.exp(-rate * expiry)
    dnormal_cdf_1 = -strike * math.exp(-rate * expiry)
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (5)
    dd2 = (
        0.5641895835477563
        * math.exp(-(d2 / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * dnormal_cdf_1
    )
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (4)
    dd1 = 0.5641895835477563 * math.exp(-(d1 / 1.4142135623730951) ** 2) / 1.4142135623730951 * spot
    # backprop d2 = d1 - root                        (3)
    dd1 += dd2
    droot = -dd2
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    dspot += dd1 / (spot * root)
    dstrike -= dd1 / (strike * root)
    drate += expiry / root * dd1
    dsigma = sigma * expiry / root * dd1
    dexpiry += (rate + 0.5 * sigma**2) / root * dd1
    droot -= d1 / root * dd1
    # backprop root = sigma * math.sqrt(expiry)      (1)
    dsigma += math.sqrt(expiry) * droot
    dexpiry += 0.5 * sigma / math.sqrt(expiry) * droot
    return result, (dspot, dstrike, drate, dsigma, dexpiry)
