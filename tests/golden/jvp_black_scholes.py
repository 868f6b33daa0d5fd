import math


def jvp_black_scholes(
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
    result = spot * normal_cdf - strike * math.exp(-rate * expiry) * normal_cdf_1  # (6)
    return (
        result,
        normal_cdf * spot_dot
        + spot * normal_cdf_dot
        - normal_cdf_1 * math.exp(-rate * expiry) * strike_dot
        + strike * expiry * normal_cdf_1 * math.exp(-rate * expiry) * rate_dot
        + strike * rate * normal_cdf_1 * math.exp(-rate * expiry) * expiry_dot
        - strike * math.exp(-rate * expiry) * normal_cdf_1_dot,
    )
