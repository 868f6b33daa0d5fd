def value_and_grad_bessel_series(x):
    # forward pass
    term = 1.0 * (-0.25 * x * x / 1)               # (1)
    total = 1.0 + term                             # (2)
    products = []  # kept for the reverse
    terms = []  # kept for the reverse
    k = 1                                          # (3)
    turns = 0
    while abs(term) > 1e-17 * abs(total):
        terms.append(term)
        k += 1                                     # (4)
        product = k * k                            # (5)
        products.append(product)
        term *= -0.25 * x * x / product
        total += term                              # (6)
        turns += 1                                 # (3)
    # backprop while abs(term) > 1e-17 * abs(total)  (3)
    dterm = 0.0
    dx = 0.0
    for _ in range(turns):
        product = products.pop()
        term_1 = terms.pop()
        ratio = -0.25 * x * x / product            # (5)
        # backprop total += term                     (6)
        dterm += 1.0
        # backprop term *= -0.25 * x * x / (k * k)   (5)
        dx -= 0.5 * term_1 * x / product * dterm
        dterm *= ratio
    # backprop total += term                         (2)
    dterm += 1.0
    # backprop term *= -0.25 * x * x / (k * k)       (1)
    dx -= 0.5 * x * dterm
    return total, dx
