def value_and_grad_matmul_vectors(a, b):
    # forward pass
    product = b @ a                                # (1)
    product_1 = a @ b
    result = a @ b + a @ a - product * product_1
    # backprop return a @ b + np.dot(a, a) - b.dot(a) * np.inner(a, b)  (1)
    dproduct = -product_1
    dproduct_1 = -product
    da = dproduct_1 * b
    db = dproduct_1 * a
    db += dproduct * a
    da += dproduct * b
    da += a
    da += a
    da += b
    db += a
    return result, (da, db)
