import numpy as np


def value_and_grad_power_iteration(A, v):
    # forward pass
    v_1 = v / np.sqrt(np.sum(v * v))               # (1)
    new = A @ v_1                                  # (2)
    length = np.sqrt(np.sum(new * new))            # (3)
    new_1 = new / length
    change = np.max(np.abs(new_1 - v_1))           # (4)
    lengths = []  # kept for the reverse
    news = []  # kept for the reverse
    kept_v = []  # kept for the reverse
    v_2 = new_1                                    # (5)
    turns = 0
    while change > 1e-11:
        kept_v.append(v_2.copy())
        new_2 = A @ v_2                            # (6)
        news.append(new_2.copy())
        length_1 = np.sqrt(np.sum(new_2 * new_2))  # (7)
        lengths.append(length_1)
        new_2 = new_2 / length_1
        change = np.max(np.abs(new_2 - v_2))       # (8)
        turns += 1                                 # (5)
        v_2 = new_2
    product = v_2 @ A                              # (9)
    result = product @ v_2
    # backprop return v @ A @ v                      (9)
    dv_2 = product + A @ v_2
    dA = v_2[:, None] * v_2
    # backprop while change > 1e-11                  (5)
    dv_2_ = dv_2
    for _ in range(turns):
        length_1 = lengths.pop()
        new_2 = news.pop()
        v_3 = kept_v.pop()
        new_3 = new_2 / length_1                   # (7)
        dnew_2 = dv_2_
        # backprop new = new / np.linalg.norm(new)   (7)
        dnew_2_ = dnew_2 / length_1
        dnew_2_ += (
            2 * new_2 * (0.0 if length_1 == 0 else 0.5 / length_1 * np.sum(-new_3 / length_1 * dnew_2))
        )
        # backprop new = A @ v                       (6)
        dA += dnew_2_[:, None] * v_3
        dv_2__ = A.T @ dnew_2_
        dv_2_ = dv_2__
    # backprop new = new / np.linalg.norm(new)       (3)
    dnew = dv_2_ / length
    dnew += 2 * new * (0.0 if length == 0 else 0.5 / length * np.sum(-new_1 / length * dv_2_))
    # backprop new = A @ v                           (2)
    dA += dnew[:, None] * v_1
    return result, dA
