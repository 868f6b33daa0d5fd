import numpy as np


def value_and_grad_contrastive(anchor, positive, negatives, *, margin=0.5):
    negatives0 = negatives[0]
    negatives1 = negatives[1]
    # forward pass
    distance = np.sqrt(np.sum((anchor - positive) ** 2) + 1e-08)  # (1)
    distance_1 = np.sqrt(np.sum((anchor - negatives0) ** 2) + 1e-08)  # (2)
    difference = margin + distance - distance_1    # (3)
    difference_above_0 = difference > 0.0
    distance_2 = np.sqrt(np.sum((anchor - positive) ** 2) + 1e-08)  # (4)
    distance_3 = np.sqrt(np.sum((anchor - negatives1) ** 2) + 1e-08)  # (5)
    difference_1 = margin + distance_2 - distance_3  # (3)
    difference_1_above_0 = difference_1 > 0.0
    result = (
        0
        + (difference if difference_above_0 else 0.0)
        + (difference_1 if difference_1_above_0 else 0.0)
    )
    # backprop return np.sqrt(np.sum((u - v) ** 2) + 1e-8)  (5)
    dtotal = -(0.5 / distance_3) if difference_1_above_0 else 0.0
    difference_2 = anchor - negatives1
    danchor = 2 * difference_2 * dtotal
    dnegatives1 = -2 * difference_2 * dtotal
    # backprop return np.sqrt(np.sum((u - v) ** 2) + 1e-8)  (4)
    dtotal_1 = 0.5 / distance_2 if difference_1_above_0 else 0.0
    difference_3 = anchor - positive
    danchor += 2 * difference_3 * dtotal_1
    dpositive = -2 * difference_3 * dtotal_1
    # backprop return np.sqrt(np.sum((u - v) ** 2) + 1e-8)  (2)
    dtotal_2 = -(0.5 / distance_1) if difference_above_0 else 0.0
    difference_4 = anchor - negatives0
    danchor += 2 * difference_4 * dtotal_2
    dnegatives0 = -2 * difference_4 * dtotal_2
    # backprop return np.sqrt(np.sum((u - v) ** 2) + 1e-8)  (1)
    dtotal_3 = 0.5 / distance if difference_above_0 else 0.0
    difference_5 = anchor - positive
    danchor += 2 * difference_5 * dtotal_3
    dpositive -= 2 * difference_5 * dtotal_3
    return result, (danchor, dpositive, [dnegatives0, dnegatives1])
