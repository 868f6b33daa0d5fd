def value_and_grad_product_of_sum(x, y, z):
    # forward pass
    q = x + y                                      # (1)
    f = q * z                                      # (2)
    # backprop f = q * z                             (2)
    dq = z
    dz = q
    # backprop q = x + y                             (1)
    dx = dq
    dy = dq
    return f, (dx, dy, dz)
