def value_and_grad_calls_by_keyword(x, y, *, offset=0.25):
    # forward pass
    default_and_keyword = (y + x) ** 3             # (1)
    default_and_keyword_1 = (x + offset) ** 2      # (2)
    result = default_and_keyword + default_and_keyword_1  # (3)
    # backprop return (x + offset) ** power          (2)
    dx = 2 * (x + offset)
    # backprop return (x + offset) ** power          (1)
    dy = 3 * (y + x) ** 2
    dx += 3 * (y + x) ** 2
    return result, (dx, dy)
