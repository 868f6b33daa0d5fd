def value_and_grad_sorted_by_name(params):
    beta = params["beta"]
    a = params["a"]
    alpha = params["alpha"]
    # forward pass
    result = 0 + 1 * alpha**2 + 2 * beta**2 + 3 * a**2  # (1)
    # backprop return sum((i + 1) * value**2 for i, (_, value) in enumerate(ranked))  (1)
    dalpha = 2 * alpha
    dbeta = 4 * beta
    da = 6 * a
    return result, {"beta": dbeta, "a": da, "alpha": dalpha}
