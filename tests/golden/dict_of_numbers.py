def value_and_grad_dict_of_numbers(p):
    slope = p["slope"]
    intercept = p["intercept"]
    # forward pass
    residual = slope * 2.0 + intercept - 3.5       # (1)
    result = residual**2 + 0.1 * (slope**2 + intercept**2)  # (2)
    # backprop return residual**2 + 0.1 * (p["slope"] ** 2 + p["intercept"] ** 2)  (2)
    dresidual = 2 * residual
    dslope = 0.2 * slope
    dintercept = 0.2 * intercept
    # backprop residual = p["slope"] * 2.0 + p["intercept"] - 3.5  (1)
    dslope += 2 * dresidual
    dintercept += dresidual
    return result, {"slope": dslope, "intercept": dintercept}
