def value_and_grad_tax_by_brackets(
    income,
    rate_scale,
    *,
    BRACKETS0_0=11604.0,
    BRACKETS0_1=0.0,
    BRACKETS1_0=17005.0,
    BRACKETS1_1=0.14,
    BRACKETS2_0=66760.0,
    BRACKETS2_1=0.24,
    BRACKETS3_0=277825.0,
    BRACKETS3_1=0.42,
):
    # forward pass
    income_above_0 = income > 0.0                  # (1)
    if income_above_0:
        BRACKETS0_0_below_income = BRACKETS0_0 < income  # (2)
        tax = (
            0.0
            + rate_scale * BRACKETS0_1 * ((BRACKETS0_0 if BRACKETS0_0_below_income else income) - 0.0)
        )
    else:
        tax = 0.0
    income_above_BRACKETS0_0 = income > BRACKETS0_0  # (3)
    if income_above_BRACKETS0_0:
        BRACKETS1_0_below_income = BRACKETS1_0 < income  # (4)
        tax += (
            rate_scale
            * BRACKETS1_1
            * ((BRACKETS1_0 if BRACKETS1_0_below_income else income) - BRACKETS0_0)
        )
    income_above_BRACKETS1_0 = income > BRACKETS1_0  # (5)
    if income_above_BRACKETS1_0:
        BRACKETS2_0_below_income = BRACKETS2_0 < income  # (6)
        tax += (
            rate_scale
            * BRACKETS2_1
            * ((BRACKETS2_0 if BRACKETS2_0_below_income else income) - BRACKETS1_0)
        )
    income_above_BRACKETS2_0 = income > BRACKETS2_0  # (7)
    if income_above_BRACKETS2_0:
        BRACKETS3_0_below_income = BRACKETS3_0 < income  # (8)
        tax += (
            rate_scale
            * BRACKETS3_1
            * ((BRACKETS3_0 if BRACKETS3_0_below_income else income) - BRACKETS2_0)
        )
    income_above_BRACKETS3_0 = income > BRACKETS3_0  # (9)
    if income_above_BRACKETS3_0:
        tax += rate_scale * 0.45 * (income - BRACKETS3_0)  # (10)
    # backprop if income > below                     (9)
    if income_above_BRACKETS3_0:
        # backprop tax += rate_scale * 0.45 * (income - below)  (10)
        drate_scale = 0.45 * (income - BRACKETS3_0)
        dincome = 0.45 * rate_scale
    else:
        drate_scale = 0.0
        dincome = 0.0
    # backprop if income > below                     (7)
    if income_above_BRACKETS2_0:
        # backprop tax += rate_scale * rate * (min(income, upper) - below)  (8)
        drate_scale += (
            BRACKETS3_1 * ((BRACKETS3_0 if BRACKETS3_0_below_income else income) - BRACKETS2_0)
        )
        dincome += 0.0 if BRACKETS3_0_below_income else rate_scale * BRACKETS3_1
    # backprop if income > below                     (5)
    if income_above_BRACKETS1_0:
        # backprop tax += rate_scale * rate * (min(income, upper) - below)  (6)
        drate_scale += (
            BRACKETS2_1 * ((BRACKETS2_0 if BRACKETS2_0_below_income else income) - BRACKETS1_0)
        )
        dincome += 0.0 if BRACKETS2_0_below_income else rate_scale * BRACKETS2_1
    # backprop if income > below                     (3)
    if income_above_BRACKETS0_0:
        # backprop tax += rate_scale * rate * (min(income, upper) - below)  (4)
        drate_scale += (
            BRACKETS1_1 * ((BRACKETS1_0 if BRACKETS1_0_below_income else income) - BRACKETS0_0)
        )
        dincome += 0.0 if BRACKETS1_0_below_income else rate_scale * BRACKETS1_1
    # backprop if income > below                     (1)
    if income_above_0:
        # backprop tax += rate_scale * rate * (min(income, upper) - below)  (2)
        drate_scale += BRACKETS0_1 * ((BRACKETS0_0 if BRACKETS0_0_below_income else income) - 0.0)
        dincome += 0.0 if BRACKETS0_0_below_income else rate_scale * BRACKETS0_1
    return tax, (dincome, drate_scale)
