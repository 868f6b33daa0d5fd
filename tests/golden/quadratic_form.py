def value_and_grad_quadratic_form(x, A, b):
    # forward pass
    product = 0.5 * x                              # (1)
    product_1 = product @ A
    result = product_1 @ x - b @ x + x @ x
    # backprop return 0.5 * x @ A @ x - b @ x + x.T @ x  (1)
    dx = 2 * x
    db = -x
    dx -= b
    dx += product_1
    dA = product[:, None] * x
    dx += 0.5 * (A @ x)
    return result, (dx, dA, db)
