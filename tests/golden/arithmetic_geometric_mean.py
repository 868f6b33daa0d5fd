import math


def value_and_grad_arithmetic_geometric_mean(a, b):
    # forward pass
    kept_b = []  # kept for the reverse
    kept_a = []  # kept for the reverse
    turns = 0                                      # (1)
    while abs(a - b) > 1e-11 * a:
        kept_b.append(b)
        kept_a.append(a)
        b_1 = math.sqrt(a * b)                     # (2)
        a = 0.5 * (a + b)
        turns += 1                                 # (1)
        b = b_1
    # backprop while abs(a - b) > 1e-11 * a          (1)
    da = 1.0
    db = 0.0
    for _ in range(turns):
        a_1 = kept_a.pop()
        # backprop a, b = 0.5 * (a + b), math.sqrt(a * b)  (2)
        dproduct = 0.5 / b * db
        b = kept_b.pop()
        db = a_1 * dproduct
        da_ = b * dproduct
        db += 0.5 * da
        da_ += 0.5 * da
        da = da_
    return a, (da, db)
