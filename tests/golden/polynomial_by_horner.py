def value_and_grad_polynomial_by_horner(coefficients, x):
    coefficients0 = coefficients[0]
    coefficients1 = coefficients[1]
    coefficients2 = coefficients[2]
    # forward pass
    result = 0.0 * x + coefficients2               # (1)
    result_1 = result * x + coefficients1          # (2)
    result_2 = result_1 * x + coefficients0        # (3)
    # backprop result = result * x + c               (3)
    dresult_1 = x
    dx = result_1
    dcoefficients0 = 1.0
    # backprop result = result * x + c               (2)
    dresult = x * dresult_1
    dx += result * dresult_1
    dcoefficients1 = dresult_1
    # backprop result = result * x + c               (1)
    dcoefficients2 = dresult
    return result_2, ([dcoefficients0, dcoefficients1, dcoefficients2], dx)
