def value_and_grad_default_and_keyword(x, offset):
    # forward pass
    result = (x + offset) ** 3                     # (1)
    # backprop return (x + offset) ** power          (1)
    dx = 3 * (x + offset) ** 2
    return result, dx
