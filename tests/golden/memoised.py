def value_and_grad_memoised(x):
    # forward pass
    ratio = 1.0 * x / 1                            # (1)
    ratio_1 = ratio * x / 2                        # (2)
    ratio_2 = ratio_1 * x / 3                      # (3)
    ratio_3 = ratio_2 * x / 4                      # (4)
    ratio_4 = ratio_3 * x / 5                      # (5)
    result = 1.0 + ratio + ratio_1 + ratio_2 + ratio_3 + ratio_4  # (6)
    # backprop cache[k] = 1.0 if k == 0 else term(k - 1) * x / k  (5)
    dratio_3 = 1.0 + x / 5
    dx = ratio_3 / 5
    # backprop cache[k] = 1.0 if k == 0 else term(k - 1) * x / k  (4)
    dratio_2 = 1.0 + 0.25 * x * dratio_3
    dx += 0.25 * ratio_2 * dratio_3
    # backprop cache[k] = 1.0 if k == 0 else term(k - 1) * x / k  (3)
    dproduct = dratio_2 / 3
    dratio_1 = 1.0 + x * dproduct
    dx += ratio_1 * dproduct
    # backprop cache[k] = 1.0 if k == 0 else term(k - 1) * x / k  (2)
    dratio = 1.0 + 0.5 * x * dratio_1
    dx += 0.5 * ratio * dratio_1
    # backprop cache[k] = 1.0 if k == 0 else term(k - 1) * x / k  (1)
    dx += dratio
    return result, dx
