def value_and_grad_max_gate(x, y, z, w):
    # forward pass
    w_above_z = w > z                              # (1)
    result = (x * y + (w if w_above_z else z)) * 2
    # backprop return (x * y + max(z, w)) * 2        (1)
    dx = 2 * y
    dy = 2 * x
    dw = 2.0 if w_above_z else 0.0
    dz = 0.0 if w_above_z else 2.0
    return result, (dx, dy, dz, dw)
