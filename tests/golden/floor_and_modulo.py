def value_and_grad_floor_and_modulo(x, y):
    # forward pass
    remainder = x % y                              # (1)
    quotient = x // y
    result = remainder * y + quotient * x - x % 2
    # backprop return (x % y) * y + (x // y) * x - x % 2  (1)
    dy = remainder
    dx = quotient
    dx -= 1.0
    dx += y
    dy -= x // y * y
    return result, (dx, dy)
