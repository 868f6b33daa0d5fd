def value_and_grad_star_arguments(x, y):
    # forward pass
    product = x * y                                # (1)
    result = y * (0 + x + y + product) + x * product  # (2)
    # backprop return scale * sum(terms) + named["shift"] * terms[-1]  (2)
    dy = x + 2 * y + product
    dx = y + product
    dproduct = y + x
    # backprop return weighted(x, *[y, x * y], **options)  (1)
    dx += y * dproduct
    dy += x * dproduct
    return result, (dx, dy)
