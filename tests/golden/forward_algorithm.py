import math

import numpy as np


def value_and_grad_forward_algorithm(start, transition, emission, observed):
    # forward pass
    alpha = start + emission[:, observed[0]]       # (1)
    totals = np.empty((max(len(observed) - 1, 0), start.shape[0]))  # kept for the reverse
    exps = (
        np.empty((max(len(observed) - 1, 0), start.shape[0], start.shape[0]))  # kept for the reverse
    )
    alphas = np.empty((max(len(observed) - 1, 0), start.shape[0]))  # kept for the reverse
    tops = np.empty((max(len(observed) - 1, 0), start.shape[0]))  # kept for the reverse
    for t in range(1, len(observed)):              # (2)
        alphas[t - 1] = alpha
        new = np.empty(start.shape[0])             # (3)
        for j in range(len(alpha)):                # (4)
            top = np.max(alpha + transition[:, j])  # (5)
            tops[t - 1, j] = top
            total = 0.0                            # (6)
            for i in range(len(alpha)):
                exp = math.exp(alpha[i] + transition[i, j] - top)  # (7)
                exps[t - 1, j, i] = exp
                total += exp
            totals[t - 1, j] = total               # (6)
            new[j] = top + math.log(total) + emission[j, observed[t]]  # (8)
        alpha = new
    top = np.max(alpha)                            # (9)
    exp = np.exp(alpha - top)                      # (10)
    number = float(np.sum(exp))
    result = top + math.log(number)
    # backprop return top + math.log(np.sum(np.exp(alpha - top)))  (10)
    dtop = 1.0
    dalpha = exp / number
    dtop += np.sum(-exp / number)
    # backprop top = alpha.max()                     (9)
    alpha_is_top = alpha == top
    dalpha += np.where(alpha_is_top, dtop / np.sum(alpha_is_top), 0.0)
    # backprop for t in range(1, len(observed))      (2)
    dtransition = np.zeros_like(transition)
    demission = np.zeros_like(emission)
    for t in range(len(observed) - 1, 0, -1):
        alpha_1 = alphas[t - 1]
        dnew = dalpha
        # backprop for j in range(len(alpha))        (4)
        dalpha = np.zeros_like(alpha)
        for j in range(start.shape[0] - 1, -1, -1):
            total = totals[t - 1, j]
            top_1 = tops[t - 1, j]
            # backprop new[j] = top + math.log(total) + emission[j, observed[t]]  (8)
            dtop_ = dnew[j]
            dnew[j] = 0.0
            dtotal = dtop_ / total
            demission[j, observed[t]] += dtop_
            # backprop for i in range(len(alpha))    (6)
            for i in range(start.shape[0]):
                exp_1 = exps[t - 1, j, i]
                # backprop total += math.exp(alpha[i] + transition[i, j] - top)  (7)
                dnumber_1 = exp_1 * dtotal
                dtop_ -= dnumber_1
                dtransition[i, j] += dnumber_1
                dalpha[i] += dnumber_1
            # backprop top = np.max(alpha + transition[:, j])  (5)
            mask = alpha_1 + transition[:, j] == top_1
            dtotal_1 = np.where(mask, dtop_ / np.sum(mask), 0.0)
            dalpha += dtotal_1
            dtransition[:, j] += dtotal_1
    # backprop alpha = start + emission[:, observed[0]]  (1)
    dstart = dalpha
    demission[:, observed[0]] += dalpha
    return result, (dstart, dtransition, demission)
