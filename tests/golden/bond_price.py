def value_and_grad_bond_price(y, years, *, coupon=0.05, face=100.0):
    # forward pass
    c = coupon * face                              # (1)
    c_1 = coupon * face + face
    power = (1 + y) ** 1                           # (2)
    total = 1 + y
    total_1 = 1 + y
    result = 0 + c / power + c / total**2 + c / total_1**3 + c_1 / (1 + y) ** 4
    # backprop return sum(c / (1 + y) ** t for t, c in enumerate(cash_flows, start=1))  (2)
    dy = -4 * c_1 / (1 + y) ** 5
    dy -= 3 * c * total_1**2 / total_1**6
    dy -= 2 * c / total**3
    dy -= c / power**2
    return result, dy
