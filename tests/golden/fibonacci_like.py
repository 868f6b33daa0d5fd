def value_and_grad_fibonacci_like(a, b, n):
    # forward pass
    for _ in range(n):                             # (1)
        a, b = b, 0.5 * (a + b)
    result = a * b                                 # (2)
    # backprop return a * b                          (2)
    da = b
    db = a
    # backprop for _ in range(n)                     (1)
    for _ in range(n - 1, -1, -1):
        db_ = da
        # backprop a, b = b, 0.5 * (a + b)           (3)
        da = 0.5 * db
        db_ += 0.5 * db
        db = db_
    return result, (da, db)
