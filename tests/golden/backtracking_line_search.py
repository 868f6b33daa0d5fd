def value_and_grad_backtracking_line_search(x, y, slope):
    # forward pass
    dx = -2.0 * (1.0 - x) - 4.0 * slope * x * (y - x * x)  # (1)
    dy = 2.0 * slope * (y - x * x)                 # (2)
    start = (1.0 - x) ** 2 + slope * (y - x * x) ** 2  # (3)
    step = 1.0                                     # (4)
    halved = 0
    while True:
        difference = x - step * dx                 # (5)
        difference_1 = y - step * dy
        total = (1.0 - difference) ** 2 + slope * (difference_1 - difference * difference) ** 2  # (6)
        if not total > start - 0.0001 * step * (dx * dx + dy * dy):
            break
        step = 0.5 * step                          # (7)
        halved += 1
    difference = x - step * dx                     # (8)
    difference_1 = y - step * dy
    energy = (1.0 - difference) ** 2 + slope * (difference_1 - difference * difference) ** 2  # (9)
    result = energy + 0.01 * halved * step         # (8)
    # backprop return (1.0 - x) ** 2 + slope * (y - x * x) ** 2  (9)
    dx_ = (
        -2 * (1.0 - difference) - 4 * slope * difference * (difference_1 - difference * difference)
    )
    dslope = (difference_1 - difference * difference) ** 2
    dy_ = 2 * slope * (difference_1 - difference * difference)
    # backprop return energy(x - step * dx, y - step * dy) + 0.01 * halved * step  (8)
    ddy = -step * dy_
    ddx = -step * dx_
    # backprop dy = 2.0 * slope * (y - x * x)        (2)
    dslope += 2 * (y - x * x) * ddy
    dy_ += 2.0 * slope * ddy
    dx_ -= 4 * slope * x * ddy
    # backprop dx = -2.0 * (1.0 - x) - 4.0 * slope * x * (y - x * x)  (1)
    dx_ += (2 + 8 * x**2 * slope - 4.0 * slope * (y - x * x)) * ddx
    dslope -= 4 * x * (y - x * x) * ddx
    dy_ -= 4 * x * slope * ddx
    return result, (dx_, dy_, dslope)
