import math


def value_and_grad_binomial_tree(spot, volatility):
    # forward pass
    up = math.exp(volatility * 0.5773502691896257)  # (1)
    down = 1.0 / up                                # (2)
    p = (1.0066889383540194 - down) / (up - down)  # (3)
    difference = spot * up**0 * down**3 - 100.0    # (4)
    difference_below_0 = difference < 0.0
    lo = 0.0 if difference_below_0 else difference
    difference_1 = spot * up**1 * down**2 - 100.0
    difference_1_below_0 = difference_1 < 0.0
    hi = 0.0 if difference_1_below_0 else difference_1
    difference_2 = spot * up**2 * down**1 - 100.0
    difference_2_below_0 = difference_2 < 0.0
    hi_1 = 0.0 if difference_2_below_0 else difference_2
    difference_3 = spot * up**3 * down**0 - 100.0
    difference_3_below_0 = difference_3 < 0.0
    hi_2 = 0.0 if difference_3_below_0 else difference_3
    lo_1 = 0.9933555062550344 * (p * hi + (1 - p) * lo)  # (5)
    hi_3 = 0.9933555062550344 * (p * hi_1 + (1 - p) * hi)
    hi_4 = 0.9933555062550344 * (p * hi_2 + (1 - p) * hi_1)
    lo_2 = 0.9933555062550344 * (p * hi_3 + (1 - p) * lo_1)  # (6)
    hi_5 = 0.9933555062550344 * (p * hi_4 + (1 - p) * hi_3)
    result = 0.9933555062550344 * (p * hi_5 + (1 - p) * lo_2)  # (7)
    # backprop values = [math.exp(-0.02 * dt) * (p * hi + (1 - p) * lo) for lo, hi in ...  (7)
    dp = 0.9933555062550344 * (hi_5 - lo_2)
    dhi_5 = 0.9933555062550344 * p
    dlo_2 = 0.9933555062550344 * (1 - p)
    # backprop values = [math.exp(-0.02 * dt) * (p * hi + (1 - p) * lo) for lo, hi in ...  (6)
    dp += 0.9933555062550344 * (hi_4 - hi_3) * dhi_5
    dhi_4 = 0.9933555062550344 * p * dhi_5
    dhi_3 = 0.9933555062550344 * (1 - p) * dhi_5
    dp += 0.9933555062550344 * (hi_3 - lo_1) * dlo_2
    dhi_3 += 0.9933555062550344 * p * dlo_2
    dlo_1 = 0.9933555062550344 * (1 - p) * dlo_2
    # backprop values = [math.exp(-0.02 * dt) * (p * hi + (1 - p) * lo) for lo, hi in ...  (5)
    dp += 0.9933555062550344 * (hi_2 - hi_1) * dhi_4
    dhi_2 = 0.9933555062550344 * p * dhi_4
    dhi_1 = 0.9933555062550344 * (1 - p) * dhi_4
    dp += 0.9933555062550344 * (hi_1 - hi) * dhi_3
    dhi_1 += 0.9933555062550344 * p * dhi_3
    dhi = 0.9933555062550344 * (1 - p) * dhi_3
    dp += 0.9933555062550344 * (hi - lo) * dlo_1
    dhi += 0.9933555062550344 * p * dlo_1
    dlo = 0.9933555062550344 * (1 - p) * dlo_1
    # backprop values = [max(spot * up**k * down ** (steps - k) - 100.0, 0.0) for k in ...  (4)
    dspot = 0.0 if difference_3_below_0 else up**3 * dhi_2
    dup = 0.0 if difference_3_below_0 else 3 * spot * up**2 * dhi_2
    dspot += 0.0 if difference_2_below_0 else up**2 * down * dhi_1
    dup += 0.0 if difference_2_below_0 else 2 * spot * up * down * dhi_1
    ddown = 0.0 if difference_2_below_0 else spot * up**2 * dhi_1
    dspot += 0.0 if difference_1_below_0 else up * down**2 * dhi
    dup += 0.0 if difference_1_below_0 else spot * down**2 * dhi
    ddown += 0.0 if difference_1_below_0 else 2 * spot * up * down * dhi
    dspot += 0.0 if difference_below_0 else down**3 * dlo
    ddown += 0.0 if difference_below_0 else 3 * spot * down**2 * up**0 * dlo
    # backprop p = (math.exp(0.02 * dt) - down) / (up - down)  (3)
    ddown += (p - 1) / (up - down) * dp
    dup -= p / (up - down) * dp
    # backprop down = 1.0 / up                       (2)
    dup -= down**2 * ddown
    # backprop up = math.exp(volatility * math.sqrt(dt))  (1)
    dvolatility = 0.5773502691896257 * up * dup
    return result, (dspot, dvolatility)
