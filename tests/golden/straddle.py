import math


def value_and_grad_straddle(spot, volatility, *, rate=0.02):
    # forward pass
    sd = volatility * 0.7071067811865476           # (1)
    d1 = (math.log(spot / 100.0) + (rate + 0.5 * volatility**2) * 0.5) / sd  # (2)
    d2 = d1 - sd                                   # (3)
    discount = math.exp(-rate * 0.5)               # (4)
    product = 1.0 * d1                             # (5)
    cdf = 0.5 * (1.0 + math.erf(product / 1.4142135623730951))  # (6)
    product_1 = 1.0 * d2                           # (5)
    cdf_1 = 0.5 * (1.0 + math.erf(product_1 / 1.4142135623730951))  # (7)
    price = 1.0 * (spot * cdf - 100.0 * discount * cdf_1)  # (5)
    sd_1 = volatility * 0.7071067811865476         # (8)
    d1_1 = (math.log(spot / 100.0) + (rate + 0.5 * volatility**2) * 0.5) / sd_1  # (9)
    d2_1 = d1_1 - sd_1                             # (10)
    discount_1 = math.exp(-rate * 0.5)             # (11)
    product_2 = -1.0 * d1_1                        # (12)
    cdf_2 = 0.5 * (1.0 + math.erf(product_2 / 1.4142135623730951))  # (13)
    product_3 = -1.0 * d2_1                        # (12)
    cdf_3 = 0.5 * (1.0 + math.erf(product_3 / 1.4142135623730951))  # (14)
    price_1 = -1.0 * (spot * cdf_2 - 100.0 * discount_1 * cdf_3)  # (12)
    result = 0 + price + price_1                   # (15)
    # backprop return self.sign * (spot * cdf(self.sign * d1) - self.strike * discount * ...  (12)
    dspot = -cdf_2
    dcdf_3 = 100.0 * discount_1
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (14)
    dproduct_3 = (
        0.5641895835477563
        * math.exp(-(product_3 / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * dcdf_3
    )
    # backprop return self.sign * (spot * cdf(self.sign * d1) - self.strike * discount * ...  (12)
    dd2_1 = -dproduct_3
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (13)
    dproduct_2 = (
        -(
            0.5641895835477563
            * math.exp(-(product_2 / 1.4142135623730951) ** 2)
            / 1.4142135623730951
        )
        * spot
    )
    # backprop return self.sign * (spot * cdf(self.sign * d1) - self.strike * discount * ...  (12)
    dd1_1 = -dproduct_2
    # backprop d2 = d1 - sd                          (10)
    dd1_1 += dd2_1
    dsd_1 = -dd2_1
    # backprop d1 = (math.log(spot / self.strike) + (rate + 0.5 * volatility**2) * self.expiry) / sd  (9)
    dspot += dd1_1 / (spot * sd_1)
    dvolatility = 0.5 * volatility / sd_1 * dd1_1
    dsd_1 -= d1_1 / sd_1 * dd1_1
    # backprop sd = volatility * math.sqrt(self.expiry)  (8)
    dvolatility += 0.7071067811865476 * dsd_1
    # backprop return self.sign * (spot * cdf(self.sign * d1) - self.strike * discount * ...  (5)
    dspot += cdf
    dcdf_1 = -100 * discount
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (7)
    dd2 = (
        0.5641895835477563
        * math.exp(-(product_1 / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * dcdf_1
    )
    # backprop return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))  (6)
    dd1 = (
        0.5641895835477563
        * math.exp(-(product / 1.4142135623730951) ** 2)
        / 1.4142135623730951
        * spot
    )
    # backprop d2 = d1 - sd                          (3)
    dd1 += dd2
    dsd = -dd2
    # backprop d1 = (math.log(spot / self.strike) + (rate + 0.5 * volatility**2) * self.expiry) / sd  (2)
    dspot += dd1 / (spot * sd)
    dvolatility += 0.5 * volatility / sd * dd1
    dsd -= d1 / sd * dd1
    # backprop sd = volatility * math.sqrt(self.expiry)  (1)
    dvolatility += 0.7071067811865476 * dsd
    return result, (dspot, dvolatility)
