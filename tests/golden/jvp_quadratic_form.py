def jvp_quadratic_form(x, A, b, x_dot, A_dot, b_dot):
    product = 0.5 * x                              # (1)
    product_1 = product @ A
    result = product_1 @ x - b @ x + x @ x
    return (
        result,
        (0.5 * x_dot @ A + product @ A_dot) @ x
        + product_1 @ x_dot
        - (b_dot @ x + b @ x_dot)
        + (x_dot @ x + x @ x_dot),
    )
