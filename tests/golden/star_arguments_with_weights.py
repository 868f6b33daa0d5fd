def value_and_grad_star_arguments(first, *rest, weights0=1.0, weights1=0.5):
    arg1 = rest[0]
    arg2 = rest[1]
    arg3 = rest[2]
    # forward pass
    result = first * arg1 + (0 + weights0 * arg2 + weights1 * arg3)  # (1)
    # backprop return first * head + sum(w * t for w, t in zip(weights, tail))  (1)
    dfirst = arg1
    darg1 = first
    darg2 = weights0
    darg3 = weights1
    return result, (dfirst, darg1, darg2, darg3)
