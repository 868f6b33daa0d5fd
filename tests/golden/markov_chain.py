import numpy as np


def value_and_grad_markov_chain(P, p, reward, steps):
    # forward pass
    kept_p = np.empty((max(steps, 0), P.shape[0]))  # kept for the reverse
    discounts = np.empty(max(steps, 0))  # kept for the reverse
    total = 0.0                                    # (1)
    discount = 1.0
    for turn in range(steps):
        kept_p[turn] = p
        discounts[turn] = discount
        total += discount * (p @ reward)           # (2)
        p = p @ P                                  # (3)
        discount = 0.9 * discount
    # backprop for _ in range(steps)                 (1)
    dp = np.zeros_like(p)
    dreward = np.zeros_like(reward)
    dP = np.zeros_like(P)
    for turn in range(steps - 1, -1, -1):
        p_1 = kept_p[turn]
        discount_1 = discounts[turn]
        # backprop p, discount = p @ P, 0.9 * discount  (3)
        dP += p_1[:, None] * dp
        dp = P @ dp
        # backprop total += discount * (p @ reward)  (2)
        dp += discount_1 * reward
        dreward += discount_1 * p_1
    return total, (dP, dp, dreward)
