import numpy as np


def value_and_grad_iterated_until_steady(x, rate):
    # forward pass
    new = np.tanh(rate * x + 0.1)                  # (1)
    difference = new - x                           # (2)
    abs_difference = np.abs(difference)
    change = np.max(abs_difference)
    kept_x = []  # kept for the reverse
    changes = []  # kept for the reverse
    kept_x_1 = []  # kept for the reverse
    changes_1 = []  # kept for the reverse
    x_1 = new                                      # (3)
    change_1 = change
    turns = 0
    while change_1 > 1e-06:
        kept_x.append(x_1.copy())
        changes.append(change_1)
        turn = 0
        while True:
            condition = change_1 > 1e-06           # (4)
            if not condition & (turn < 1024):
                break
            new_1 = np.tanh(rate * x_1 + 0.1)      # (5)
            change_1 = np.max(np.abs(new_1 - x_1))  # (6)
            turn += 1                              # (3)
            x_1 = new_1
        turns += 1
    result = np.sum(x_1**3)                        # (7)
    # backprop return np.sum(x**3)                   (7)
    dx_1 = 3 * x_1**2
    # backprop while change > 1e-6                   (3)
    dx_1_ = dx_1
    dchange_1 = 0.0
    drate = 0.0
    for _ in range(turns):
        x_2 = kept_x.pop()
        change_2 = changes.pop()
        turn = 0                                   # (3)
        turns_1 = 0
        while True:
            condition = change_2 > 1e-06           # (4)
            if not condition & (turn < 1024):
                break
            kept_x_1.append(x_2.copy())            # (3)
            new_1 = np.tanh(rate * x_2 + 0.1)      # (5)
            change_2 = np.max(np.abs(new_1 - x_2))  # (6)
            changes_1.append(change_2)
            turn += 1                              # (3)
            turns_1 += 1
            x_2 = new_1
        # backprop while change > 1e-6               (3)
        dx_1__ = dx_1_
        for _ in range(turns_1):
            x_3 = kept_x_1.pop()
            change_3 = changes_1.pop()
            difference_1 = x_2 - x_3               # (6)
            abs_difference_1 = np.abs(difference_1)
            dnew_1 = dx_1__
            # backprop change = np.max(np.abs(new - x))  (6)
            abs_difference_1_is_change_3 = abs_difference_1 == change_3
            ddifference_2 = np.where(
                abs_difference_1_is_change_3,
                np.sign(difference_1) * (dchange_1 / np.sum(abs_difference_1_is_change_3)),
                0.0,
            )
            dnew_1 += ddifference_2
            dx_1__ = -ddifference_2
            # backprop new = np.tanh(rate * x + 0.1)  (5)
            difference_3 = 1 - x_2**2
            drate += np.sum(x_3 * difference_3 * dnew_1)
            dx_1__ += rate * difference_3 * dnew_1
            dchange_1 = 0.0
            x_2 = x_3
        dx_1_ = dx_1__
    # backprop change = np.max(np.abs(new - x))      (2)
    abs_difference_is_change = abs_difference == change
    ddifference = np.where(
        abs_difference_is_change,
        np.sign(difference) * (dchange_1 / np.sum(abs_difference_is_change)),
        0.0,
    )
    dx_1_ += ddifference
    dx = -ddifference
    # backprop new = np.tanh(rate * x + 0.1)         (1)
    difference_1 = 1 - new**2
    drate += np.sum(x * difference_1 * dx_1_)
    dx += rate * difference_1 * dx_1_
    return result, (dx, drate)
