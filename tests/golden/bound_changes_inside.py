import numpy as np


def value_and_grad_bound_changes_inside(x, width):
    # forward pass
    choices = np.empty(len(x), dtype=np.int64)  # kept for the reverse
    choices_1 = np.empty(len(x), dtype=np.int64)  # kept for the reverse
    width_1 = width                                # (1)
    total = 0.0
    for i in range(len(x)):
        difference = i - width_1                   # (2)
        choice = difference if difference > 0 else 0
        choices[i] = choice
        subtotal = i + width_1 + 1
        choice_1 = subtotal if subtotal < len(x) else len(x)
        choices_1[i] = choice_1
        for j in range(choice, choice_1):
            total += x[i] * x[j] / (1.0 + abs(i - j))  # (3)
        width_1 = width_1 + 1 if x[i] > 0 else 1   # (4)
    # backprop for i in range(len(x))                (1)
    dx = np.zeros_like(x)
    for i in range(len(x)):
        choice = choices[i]
        choice_1 = choices_1[i]
        # backprop for j in range(max(0, i - width), min(len(x), i + width + 1))  (2)
        for j in range(choice - 1 + 1, choice_1 - 1 + 1):
            subtotal = 1.0 + abs(i - j)            # (3)
            # backprop total += x[i] * x[j] / (1.0 + abs(i - j))  (3)
            dx[j] += x[i] / subtotal
            dx[i] += x[j] / subtotal
    return total, dx
