def value_and_grad_tuples_in_and_out(pair, weight):
    pair0 = pair[0]
    pair10 = pair[1][0]
    pair11 = pair[1][1]
    # forward pass
    a = pair10 * weight                            # (1)
    result = a * pair11 + pair0 / pair11           # (2)
    # backprop return a * c + b / c                  (2)
    da = pair11
    dpair11 = a - pair0 / pair11**2
    dpair0 = 1 / pair11
    # backprop a, b = b * weight, a                  (1)
    dpair10 = weight * da
    dweight = pair10 * da
    return result, ((dpair0, (dpair10, dpair11)), dweight)
