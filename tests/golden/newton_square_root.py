def value_and_grad_newton_square_root(x):
    # forward pass
    kept_y = []  # kept for the reverse
    y = x                                          # (1)
    turns = 0
    while abs(y * y - x) > 1e-10 * x:
        kept_y.append(y)
        y = 0.5 * (y + x / y)                      # (2)
        turns += 1                                 # (1)
    # backprop while abs(y * y - x) > 1e-10 * x      (1)
    dy = 1.0
    dx = 0.0
    for _ in range(turns):
        y_1 = kept_y.pop()
        # backprop y = 0.5 * (y + x / y)             (2)
        dx += 0.5 / y_1 * dy
        dy *= 0.5 * (1 - x / y_1**2)
    # backprop while abs(y * y - x) > 1e-10 * x      (1)
    dx += dy
    return y, dx
