def value_and_grad_newton_steps(a):
    # forward pass
    x = 0.5 * (1.0 + a)                            # (1)
    x_1 = 0.5 * (x + a / x)                        # (2)
    x_2 = 0.5 * (x_1 + a / x_1)                    # (3)
    x_3 = 0.5 * (x_2 + a / x_2)                    # (4)
    x_4 = 0.5 * (x_3 + a / x_3)                    # (5)
    # backprop x = 0.5 * (x + a / x)                 (5)
    dx_3 = 0.5 * (1 - a / x_3**2)
    da = 0.5 / x_3
    # backprop x = 0.5 * (x + a / x)                 (4)
    dx_2 = 0.5 * (1 - a / x_2**2) * dx_3
    da += 0.5 / x_2 * dx_3
    # backprop x = 0.5 * (x + a / x)                 (3)
    dx_1 = 0.5 * (1 - a / x_1**2) * dx_2
    da += 0.5 / x_1 * dx_2
    # backprop x = 0.5 * (x + a / x)                 (2)
    dx = 0.5 * (1 - a / x**2) * dx_1
    da += 0.5 / x * dx_1
    # backprop x = 0.5 * (1.0 + a)                   (1)
    da += 0.5 * dx
    return x_4, da
