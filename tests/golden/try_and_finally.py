def value_and_grad_try_and_finally(x, options):
    rate = options["rate"]
    # forward pass
    result = 2.0 * x * 1                           # (1)
    # backprop return scale * x * len(steps)         (1)
    dx = 2.0
    return result, dx
