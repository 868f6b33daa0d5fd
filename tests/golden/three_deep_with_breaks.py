import numpy as np


def value_and_grad_three_deep_with_breaks(A, limit):
    # forward pass
    kept_turns = []  # kept for the reverse
    taken = []  # kept for the reverse
    products = []  # kept for the reverse
    taken_1 = []  # kept for the reverse
    kept_turns_1 = []  # kept for the reverse
    subtotals = []  # kept for the reverse
    products_1 = []  # kept for the reverse
    total = 0.0                                    # (1)
    total_1 = False
    turns = 0
    for i in range(A.shape[0]):
        total_1 = False                            # (2)
        turns_1 = 0
        for j in range(A.shape[1]):
            mask = A[i, j] < 0.0                   # (3)
            taken.append(mask)
            if mask:
                choice = 2
            else:
                product = 1.0                      # (4)
                total_3 = False
                turns_2 = 0
                for k in range(j, A.shape[1]):
                    products_1.append(product)
                    subtotal = 0.5 + A[i, k] ** 2  # (5)
                    subtotals.append(subtotal)
                    product = product * subtotal
                    product_above_limit = product > limit  # (6)
                    total_3 = bool(product_above_limit)  # (7)
                    turns_2 = turns_2 + 1          # (4)
                    if bool(product_above_limit):  # (7)
                        break
                products.append(product)           # (4)
                taken_1.append(total_3)
                kept_turns_1.append(turns_2)
                if not total_3:                    # (8)
                    total = total - product        # (9)
                total = total + product * A[i, j]  # (10)
                mask_1 = total > 8.0 * limit       # (11)
                choice = 3 if mask_1 else 0        # (12)
            total_1 = choice == 3
            turns_1 = turns_1 + 1                  # (2)
            total_2 = total
            if choice == 3:                        # (12)
                break
        kept_turns.append(turns_1)                 # (2)
        turns = turns + 1                          # (1)
        if total_1:
            break
    if not total_1:                                # (13)
        total_2 = total
    # backprop for i in range(A.shape[0])            (13)
    if total_1:
        dtotal_2 = 1.0
        dtotal = 0.0
    else:
        dtotal = 1.0
        dtotal_2 = 0.0
    # backprop for i in range(A.shape[0])            (1)
    dA = np.zeros((A.shape[0], A.shape[1]))
    for i in range(-1 + turns, -1, -1):
        turns_1 = kept_turns.pop()
        # backprop for j in range(A.shape[1])        (2)
        for j in range(-1 + turns_1, -1, -1):
            dtotal += dtotal_2
            mask = taken.pop()
            # backprop if A[i, j] < 0.0              (3)
            if not mask:
                # backprop total += product * A[i, j]  (10)
                dproduct = A[i, j] * dtotal
                product = products.pop()
                dA[i, j] += product * dtotal
                total_3 = taken_1.pop()
                # backprop for k in range(j, A.shape[1])  (8)
                if not total_3:
                    # backprop total -= product      (9)
                    dproduct -= dtotal
                turns_2 = kept_turns_1.pop()
                # backprop for k in range(j, A.shape[1])  (4)
                for k in range(j - 1 + turns_2, j - 1, -1):
                    subtotal = subtotals.pop()
                    product_1 = products_1.pop()
                    # backprop product *= 0.5 + A[i, k] ** 2  (5)
                    dA[i, k] += 2 * product_1 * A[i, k] * dproduct
                    dproduct = subtotal * dproduct
            dtotal_2 = 0.0
        dtotal_2 = 0.0
    return total_2, dA
