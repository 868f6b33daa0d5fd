def value_and_grad_secant_method(a, b, c):
    # forward pass
    x1 = c + 0.5                                   # (1)
    f0 = c**3 - a * c + b                          # (2)
    f1 = x1**3 - a * x1 + b                        # (3)
    x1s = []  # kept for the reverse
    f1s = []  # kept for the reverse
    differences = []  # kept for the reverse
    differences_1 = []  # kept for the reverse
    x0 = c                                         # (4)
    x1_1 = x1
    turns = 0
    turns_1 = 0
    while abs(f1) > 1e-11 and turns < 50:
        f1s.append(f1)
        difference = x1_1 - x0                     # (5)
        differences.append(difference)
        difference_1 = f1 - f0
        differences_1.append(difference_1)
        x1_2 = x1_1 - f1 * difference / difference_1
        x1s.append(x1_2)
        turns_1 += 1                               # (4)
        turns += 1                                 # (6)
        x0 = x1_1
        x1_1 = x1_2
        f0 = f1
        f1 = x1_2**3 - a * x1_2 + b
    # backprop while abs(f1) > 1e-11 and turns < 50  (4)
    dx0 = 0.0
    dx1_1 = 1.0
    df0 = 0.0
    df1 = 0.0
    da = 0.0
    db = 0.0
    for _ in range(turns_1):
        x1_2 = x1s.pop()
        difference_1 = differences_1.pop()
        f1_1 = f1s.pop()
        difference = differences.pop()
        ratio = f1_1 * difference / difference_1   # (5)
        df1_ = df0
        # backprop return x**3 - a * x + b           (7)
        dx1_1 += (3 * x1_2**2 - a) * df1
        da -= x1_2 * df1
        db += df1
        # backprop x0, x1 = x1, x1 - f1 * (x1 - x0) / (f1 - f0)  (5)
        dproduct = -dx1_1 / difference_1
        ddifference_1 = -(-ratio / difference_1) * dx1_1
        df1_ += ddifference_1
        df0 = -ddifference_1
        df1_ += difference * dproduct
        ddifference = f1_1 * dproduct
        dx1_1 += dx0
        dx1_1 += ddifference
        dx0 = -ddifference
        df1 = df1_
    # backprop return x**3 - a * x + b               (3)
    da -= x1 * df1
    db += df1
    # backprop return x**3 - a * x + b               (2)
    da -= c * df0
    db += df0
    return x1_1, (da, db)
