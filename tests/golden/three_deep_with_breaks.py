import numpy as np


def value_and_grad_three_deep_with_breaks(A, limit):
    # forward pass
    kept_turns = np.empty(A.shape[0], dtype=np.int64)  # kept for the reverse
    taken = np.empty(A.shape, dtype=np.bool_)  # kept for the reverse
    products = np.empty(A.shape)  # kept for the reverse
    taken_1 = np.empty(A.shape, dtype=np.bool_)  # kept for the reverse
    kept_turns_1 = np.empty(A.shape, dtype=np.int64)  # kept for the reverse
    subtotals = np.empty((A.shape[0], A.shape[1], A.shape[1]))  # kept for the reverse
    products_1 = np.empty((A.shape[0], A.shape[1], A.shape[1]))  # kept for the reverse
    total = 0.0                                    # (1)
    done = False
    turns = 0
    for i in range(A.shape[0]):
        done = False                               # (2)
        turns_1 = 0
        for j in range(A.shape[1]):
            A_i_j_below_0 = A[i, j] < 0.0          # (3)
            taken[i, j] = A_i_j_below_0
            turns_1 += 1                           # (2)
            if A_i_j_below_0:                      # (3)
                done = False
                total_1 = total
            else:
                product = 1.0                      # (4)
                done_2 = False
                turns_2 = 0
                for k in range(j, A.shape[1]):
                    products_1[i, j, k - j] = product
                    subtotal = 0.5 + A[i, k] ** 2  # (5)
                    subtotals[i, j, k - j] = subtotal
                    product *= subtotal
                    product_above_limit = product > limit  # (6)
                    done_2 = bool(product_above_limit)  # (7)
                    turns_2 += 1                   # (4)
                    if bool(product_above_limit):  # (7)
                        break
                products[i, j] = product           # (4)
                taken_1[i, j] = done_2
                kept_turns_1[i, j] = turns_2
                factor = product * A[i, j]         # (8)
                factor_1 = 8.0 * limit             # (9)
                if done_2:                         # (10)
                    total += factor                # (8)
                    total_above_factor_1 = total > factor_1  # (9)
                    choice = 3 if total_above_factor_1 else 0  # (11)
                    done_1 = choice == 3
                    done = choice == 3
                    total_1 = total
                    if done_1:
                        break
                else:
                    total -= product               # (12)
                    total += factor                # (8)
                    total_above_factor_1 = total > factor_1  # (9)
                    choice = 3 if total_above_factor_1 else 0  # (11)
                    done_1 = choice == 3
                    done = choice == 3
                    total_1 = total
                    if done_1:
                        break
        kept_turns[i] = turns_1                    # (2)
        turns += 1                                 # (1)
        if done:
            break
    if not done:                                   # (13)
        total_1 = total
    # backprop for i in range(A.shape[0])            (13)
    if done:
        dtotal_1 = 1.0
        dtotal = 0.0
    else:
        dtotal_1 = 0.0
        dtotal = 1.0
    # backprop for i in range(A.shape[0])            (1)
    dA = np.zeros_like(A)
    for i in range(turns - 1, -1, -1):
        turns_1 = kept_turns[i]
        # backprop for j in range(A.shape[1])        (2)
        for j in range(turns_1 - 1, -1, -1):
            A_i_j_below_0 = taken[i, j]
            dtotal += dtotal_1
            # backprop if A[i, j] < 0.0              (3)
            if not A_i_j_below_0:
                product = products[i, j]
                done_2 = taken_1[i, j]
                turns_2 = kept_turns_1[i, j]
                # backprop total += product * A[i, j]  (8)
                dproduct = A[i, j] * dtotal
                dA[i, j] += product * dtotal
                # backprop for k in range(j, A.shape[1])  (10)
                if not done_2:
                    # backprop total -= product      (12)
                    dproduct -= dtotal
                # backprop for k in range(j, A.shape[1])  (4)
                for k in range(j - 1 + turns_2, j - 1, -1):
                    subtotal = subtotals[i, j, k - j]
                    product_1 = products_1[i, j, k - j]
                    # backprop product *= 0.5 + A[i, k] ** 2  (5)
                    dA[i, k] += 2 * product_1 * A[i, k] * dproduct
                    dproduct *= subtotal
            dtotal_1 = 0.0
        dtotal_1 = 0.0
    return total_1, dA
