def value_and_grad_break_and_continue(x):
    # forward pass
    taken = []  # kept for the reverse
    taken_1 = []  # kept for the reverse
    totals = []  # kept for the reverse
    turns = 0                                      # (1)
    for k in range(10):
        condition = k % 2 != 0                     # (2)
        taken.append(condition)
        turns = turns + 1                          # (1)
        if not condition:                          # (2)
            k_above_6 = k > 6                      # (3)
            taken_1.append(k_above_6)
            if k_above_6:
                break
            total = 1.0 + k * x                    # (4)
            totals.append(total)
            x = x / total
    # backprop x = x / (1.0 + k * x)                 (1)
    dx = 1.0
    for _ in range(turns - 1, -1, -1):
        condition = taken.pop()
        # backprop if k % 2                          (2)
        if not condition:
            k_above_6 = taken_1.pop()
            # backprop if k > 6                      (3)
            if not k_above_6:
                total = totals.pop()
                # backprop x = x / (1.0 + k * x)     (4)
                dx /= total**2
    return x, dx
