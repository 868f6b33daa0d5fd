def value_and_grad_bound_in_one_branch(x, y):
    # forward pass
    heated = x > 1.0                               # (1)
    if heated:                                     # (2)
        excess = x - 1.0                           # (3)
        y = y + excess**2                          # (4)
    loss = y * y                                   # (5)
    if heated:                                     # (6)
        loss += 0.5 * excess                       # (7)
    # backprop if heated                             (6)
    if heated:
        # backprop loss += 0.5 * excess              (7)
        dexcess = 0.5
    else:
        dexcess = 0.0
    # backprop loss = y * y                          (5)
    dy = 2 * y
    # backprop if heated                             (2)
    if heated:
        excess_1 = x - 1.0                         # (3)
        # backprop y = y + excess**2                 (4)
        dexcess += 2 * excess_1 * dy
        # backprop excess = x - 1.0                  (3)
        dx = dexcess
    else:
        dx = 0.0
    return loss, (dx, dy)
