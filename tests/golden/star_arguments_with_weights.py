def value_and_grad_star_arguments(first, *rest, outside=1.0, outside_1=0.5):
    arg1 = rest[0]
    arg2 = rest[1]
    arg3 = rest[2]
    # forward pass
    result = first * arg1 + (0 + outside * arg2 + outside_1 * arg3)  # (1)
    # backprop return first * head + sum(w * t for w, t in zip(weights, tail))  (1)
    dfirst = arg1
    darg1 = first
    darg2 = outside
    darg3 = outside_1
    return result, (dfirst, darg1, darg2, darg3)
