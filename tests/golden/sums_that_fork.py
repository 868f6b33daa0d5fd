def value_and_grad_sums_that_fork(a, b, c):
    # forward pass
    d = a + b                                      # (1)
    e = b + c                                      # (2)
    f = d * e                                      # (3)
    # backprop f = d * e                             (3)
    dd = e
    de = d
    # backprop e = b + c                             (2)
    db = de
    dc = de
    # backprop d = a + b                             (1)
    da = dd
    db += dd
    return f, (da, db, dc)
