import math


def value_and_grad_collatz_walk(x, n):
    # forward pass
    taken = []  # kept for the reverse
    kept_x = []  # kept for the reverse
    n_1 = n                                        # (1)
    turns = 0
    while n_1 != 1:
        kept_x.append(x)
        condition = n_1 % 2 == 0                   # (2)
        taken.append(condition)
        if condition:
            n_1 = n_1 // 2                         # (3)
            x = math.sin(x) + 0.5 * x              # (4)
        else:
            n_1 = 3 * n_1 + 1                      # (5)
            x = x * 1.1 + 0.05                     # (6)
        turns += 1                                 # (1)
    # backprop while n != 1                          (1)
    dx = 1.0
    for _ in range(turns):
        condition = taken.pop()
        x_1 = kept_x.pop()
        # backprop if n % 2 == 0                     (2)
        if condition:
            # backprop x = math.sin(x) + 0.5 * x     (4)
            dx *= 0.5 + math.cos(x_1)
        else:
            # backprop x = x * 1.1 + 0.05            (6)
            dx *= 1.1
    return x, dx
