def value_and_grad_digits_of_a_count(x, n):
    # forward pass
    totals = []  # kept for the reverse
    kept_x = []  # kept for the reverse
    n_1 = n                                        # (1)
    turns = 0
    turns_1 = 0
    while n_1 > 0:
        kept_x.append(x)
        digit = n_1 % 10                           # (2)
        n_1 //= 10
        total = 1.0 + digit                        # (3)
        totals.append(total)
        x = x / total + x * x
        turns_1 += 1                               # (1)
        turns += 1                                 # (4)
    x_1 = 2.0 * x                                  # (5)
    result = x_1 + turns                           # (6)
    # backprop return x + turns                      (6)
    dx_1 = 1.0
    # backprop x = 2.0 * x                           (5)
    dx = 2 * dx_1
    # backprop while n > 0                           (1)
    for _ in range(turns_1):
        total = totals.pop()
        x_2 = kept_x.pop()
        # backprop x = x / (1.0 + digit) + x * x     (3)
        dx *= 1 / total + 2 * x_2
    return result, dx
