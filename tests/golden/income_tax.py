def value_and_grad_income_tax(income, children):
    # forward pass
    taxable = income - 3000.0 * children           # (1)
    taxable_to_12000 = taxable <= 12000.0          # (2)
    if taxable_to_12000:
        tax = 0.0
    else:
        taxable_to_17000 = taxable <= 17000.0      # (3)
        if taxable_to_17000:
            share = (taxable - 12000.0) / 10000.0  # (4)
            tax = (922.0 * share + 1400.0) * share  # (5)
        else:
            taxable_to_66000 = taxable <= 66000.0  # (6)
            if taxable_to_66000:
                share = (taxable - 17000.0) / 10000.0  # (7)
                tax = (181.0 * share + 2397.0) * share + 930.0  # (8)
            else:
                tax = 0.42 * taxable - 10600.0     # (9)
    tax_above_16000 = tax > 16000.0                # (10)
    surcharge = 0.055 * tax if tax_above_16000 else 0.0
    result = income - tax - surcharge              # (11)
    # backprop return income - tax - surcharge       (11)
    dincome = 1.0
    dtax = -1.0
    dsurcharge = -1.0
    # backprop surcharge = 0.055 * tax if tax > 16_000.0 else 0.0  (10)
    if tax_above_16000:
        dtax += 0.055 * dsurcharge
    # backprop if taxable <= 12_000.0                (2)
    if taxable_to_12000:
        dtaxable = 0.0
    # backprop if taxable <= 17_000.0                (3)
    elif taxable_to_17000:
        share = (taxable - 12000.0) / 10000.0      # (4)
        # backprop tax = (922.0 * share + 1_400.0) * share  (5)
        dshare = (1844 * share + 1400) * dtax
        # backprop share = (taxable - 12_000.0) / 10_000.0  (4)
        dtaxable = dshare / 10000
    # backprop if taxable <= 66_000.0                (6)
    elif taxable_to_66000:
        share = (taxable - 17000.0) / 10000.0      # (7)
        # backprop tax = (181.0 * share + 2_397.0) * share + 930.0  (8)
        dshare = (362 * share + 2397) * dtax
        # backprop share = (taxable - 17_000.0) / 10_000.0  (7)
        dtaxable = dshare / 10000
    else:
        # backprop tax = 0.42 * taxable - 10_600.0   (9)
        dtaxable = 0.42 * dtax
    # backprop taxable = income - 3_000.0 * children  (1)
    dincome += dtaxable
    dchildren = -3000 * dtaxable
    return result, (dincome, dchildren)
