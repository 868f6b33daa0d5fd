def hvp_quadratic_form(x, A, b, x_dot, A_dot, b_dot):
    # forward pass
    product = 0.5 * x                              # (1)
    # tangent return 0.5 * x @ A @ x - b @ x + x.T @ x  (1)
    product_dot = 0.5 * x_dot
    product_1_dot = product_dot @ A + product @ A_dot
    total = product @ A @ x - b @ x + x @ x        # (1)
    # tangent backprop return 0.5 * x @ A @ x - b @ x + x.T @ x  (1)
    dx_dot = x_dot + x_dot
    db_dot = -x_dot
    dx_dot = dx_dot - b_dot
    dx_dot = dx_dot + product_1_dot
    dA_dot = x * product_dot[:, None] + product[:, None] * x_dot
    dx_dot = dx_dot + 0.5 * (A_dot @ x + A @ x_dot)
    return dx_dot, dA_dot, db_dot
