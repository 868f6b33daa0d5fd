import math


def hvp_black_scholes(
    spot, strike, rate, sigma, expiry, spot_dot, strike_dot, rate_dot, sigma_dot, expiry_dot
):
    # forward pass
    root = sigma * math.sqrt(expiry)               # (1)
    # tangent root = sigma * math.sqrt(expiry)       (1)
    root_dot = math.sqrt(expiry) * sigma_dot + 0.5 * sigma / math.sqrt(expiry) * expiry_dot
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  # (2)
    # tangent d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    d1_dot = (
        spot_dot / (spot * root)
        - strike_dot / (strike * root)
        + expiry / root * rate_dot
        + sigma * expiry / root * sigma_dot
        + (rate + 0.5 * sigma**2) / root * expiry_dot
        - d1 / root * root_dot
    )
    d2 = d1 - root                                 # (3)
    # tangent d2 = d1 - root                         (3)
    d2_dot = d1_dot - root_dot
    normal_cdf = 0.5 * (1.0 + math.erf(d1 / 1.4142135623730951))  # (4)
    # tangent return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (4)
    normal_cdf_dot = (
        0.5641895835477563 * math.exp(-(d1 / 1.4142135623730951) ** 2) / 1.4142135623730951 * d1_dot
    )
    normal_cdf_1 = 0.5 * (1.0 + math.erf(d2 / 1.4142135623730951))  # (5)
    # tangent return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (5)
    normal_cdf_1_dot = (
        0.5641895835477563 * math.exp(-(d2 / 1.4142135623730951) ** 2) / 1.4142135623730951 * d2_dot
    )
    difference = spot * normal_cdf - strike * math.exp(-rate * expiry) * normal_cdf_1  # (6)
    # backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)  (6)
    dstrike = -normal_cdf_1 * math.exp(-rate * expiry)
    # tangent backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * ...  (6)
    dstrike_dot = (
        -math.exp(-rate * expiry) * normal_cdf_1_dot
        - expiry * dstrike * rate_dot
        - rate * dstrike * expiry_dot
    )
    # backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)  (6)
    product = strike * expiry
    product_1 = product * normal_cdf_1
    exp = math.exp(-rate * expiry)
    # tangent backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * ...  (6)
    drate_dot = (
        exp
        * (normal_cdf_1 * (expiry * strike_dot + strike * expiry_dot) + product * normal_cdf_1_dot)
        + product_1 * (exp * (-expiry * rate_dot - rate * expiry_dot))
    )
    # backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)  (6)
    product_2 = strike * rate
    product_3 = product_2 * normal_cdf_1
    exp_1 = math.exp(-rate * expiry)
    # tangent backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * ...  (6)
    dexpiry_dot = (
        exp_1
        * (normal_cdf_1 * (rate * strike_dot + strike * rate_dot) + product_2 * normal_cdf_1_dot)
        + product_3 * (exp_1 * (-expiry * rate_dot - rate * expiry_dot))
    )
    # backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)  (6)
    dnormal_cdf_1 = -strike * math.exp(-rate * expiry)
    # tangent backprop return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * ...  (6)
    dnormal_cdf_1_dot = (
        -math.exp(-rate * expiry) * strike_dot
        - expiry * dnormal_cdf_1 * rate_dot
        - rate * dnormal_cdf_1 * expiry_dot
    )
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (5)
    dd2 = (
        0.5641895835477563
        * math.exp(-(d2 / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * dnormal_cdf_1
    )
    # tangent backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (5)
    dd2_dot = (
        -2 * d2 * dd2 / 1.4142135623730951 ** 2 * d2_dot
        + 0.5641895835477563
        * math.exp(-(d2 / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * dnormal_cdf_1_dot
    )
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (4)
    dd1 = 0.5641895835477563 * math.exp(-(d1 / 1.4142135623730951) ** 2) / 1.4142135623730951 * spot
    # tangent backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (4)
    dd1_dot = (
        -2 * d1 * dd1 / 1.4142135623730951 ** 2 * d1_dot
        + 0.5641895835477563
        * math.exp(-(d1 / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * spot_dot
    )
    # backprop d2 = d1 - root                        (3)
    dd1 += dd2
    # tangent backprop d2 = d1 - root                (3)
    dd1_dot += dd2_dot
    # backprop d2 = d1 - root                        (3)
    droot = -dd2
    # tangent backprop d2 = d1 - root                (3)
    droot_dot = -dd2_dot
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    product_4 = spot * root
    ratio = 1 / product_4
    # tangent backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    dspot_dot = (
        normal_cdf_dot
        + (dd1 * (-ratio**2 * (root * spot_dot + spot * root_dot)) + dd1_dot / product_4)
    )
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    ratio_1 = -dd1 / (strike * root)
    # tangent backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    dstrike_dot += (
        -ratio_1 / strike * strike_dot - ratio_1 / root * root_dot - dd1_dot / (strike * root)
    )
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    product_5 = expiry / root * dd1
    # tangent backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    drate_dot += dd1 / root * expiry_dot - product_5 / root * root_dot + expiry / root * dd1_dot
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    ratio_2 = sigma * expiry / root
    # tangent backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    dsigma_dot = (
        dd1 * ((expiry * sigma_dot + sigma * expiry_dot) / root - ratio_2 / root * root_dot)
        + ratio_2 * dd1_dot
    )
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    product_6 = (rate + 0.5 * sigma**2) / root * dd1
    # tangent backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    dexpiry_dot += (
        dd1 / root * rate_dot
        + sigma * dd1 / root * sigma_dot
        - product_6 / root * root_dot
        + (rate + 0.5 * sigma**2) / root * dd1_dot
    )
    # backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    product_7 = -d1 / root * dd1
    droot += product_7
    # tangent backprop d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / root  (2)
    droot_dot += -dd1 / root * d1_dot - product_7 / root * root_dot - d1 / root * dd1_dot
    # tangent backprop root = sigma * math.sqrt(expiry)  (1)
    dsigma_dot += 0.5 * droot / math.sqrt(expiry) * expiry_dot + math.sqrt(expiry) * droot_dot
    # backprop root = sigma * math.sqrt(expiry)      (1)
    product_8 = 0.5 * sigma / math.sqrt(expiry) * droot
    # tangent backprop root = sigma * math.sqrt(expiry)  (1)
    dexpiry_dot += (
        0.5 * droot / math.sqrt(expiry) * sigma_dot
        - 0.5 * product_8 / expiry * expiry_dot
        + 0.5 * sigma / math.sqrt(expiry) * droot_dot
    )
    return dspot_dot, dstrike_dot, drate_dot, dsigma_dot, dexpiry_dot
