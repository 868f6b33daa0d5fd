def value_and_grad_any_and_all(xs, flags):
    xs0 = xs[0]
    xs1 = xs[1]
    # forward pass
    result = 1 * xs0 * xs1                         # (1)
    # backprop return math.prod(xs)                  (1)
    dxs0 = xs1
    dxs1 = xs0
    return result, [dxs0, dxs1]
