def value_and_grad_matrix_of_lists(a, b):
    a00 = a[0][0]
    a01 = a[0][1]
    a10 = a[1][0]
    a11 = a[1][1]
    b00 = b[0][0]
    b01 = b[0][1]
    b10 = b[1][0]
    b11 = b[1][1]
    # forward pass
    total = 0 + a00 * b00 + a01 * b10              # (1)
    total_1 = 0 + a00 * b01 + a01 * b11
    total_2 = 0 + a10 * b00 + a11 * b10
    total_3 = 0 + a10 * b01 + a11 * b11
    result = 0 + total + total_3 + total_1         # (2)
    # backprop rows = [[sum((x * y for x, y in zip(row, column, strict=True))) for column in ...  (1)
    da10 = b01
    db01 = a10
    da11 = b11
    db11 = a11
    da00 = b01
    db01 += a00
    da01 = b11
    db11 += a01
    da00 += b00
    db00 = a00
    da01 += b10
    db10 = a01
    return result, ([[da00, da01], [da10, da11]], [[db00, db01], [db10, db11]])
