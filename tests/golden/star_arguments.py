def value_and_grad_star_arguments(x, y):
    # forward pass
    star_arguments = x * y                         # (1)
    result = y * (0 + x + y + star_arguments) + x * star_arguments  # (2)
    # backprop return scale * sum(terms) + named["shift"] * terms[-1]  (2)
    dy = 0 + x + 2 * y + star_arguments
    dx = y + star_arguments
    dstar_arguments = y + x
    # backprop return weighted(x, *[y, x * y], **options)  (1)
    dx += y * dstar_arguments
    dy += x * dstar_arguments
    return result, (dx, dy)
