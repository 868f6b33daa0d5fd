def value_and_grad_break_and_continue(x):
    # forward pass
    x_1 = x / (1.0 + 0 * x)                        # (1)
    x_2 = x_1 / (1.0 + 2 * x_1)                    # (2)
    x_3 = x_2 / (1.0 + 4 * x_2)                    # (3)
    x_4 = x_3 / (1.0 + 6 * x_3)                    # (4)
    # backprop x = x / (1.0 + k * x)                 (4)
    dx_3 = 1 / (1.0 + 6 * x_3) ** 2
    # backprop x = x / (1.0 + k * x)                 (3)
    dx_2 = dx_3 / (1.0 + 4 * x_2) ** 2
    # backprop x = x / (1.0 + k * x)                 (2)
    dx_1 = dx_2 / (1.0 + 2 * x_1) ** 2
    # backprop x = x / (1.0 + k * x)                 (1)
    dx = dx_1
    return x_4, dx
