import math


def value_and_grad_partial_and_compose(x, y):
    # forward pass
    product = y * x                                # (1)
    sin_product = math.sin(product)
    result = sin_product**2                        # (2)
    # backprop v**2                                  (2)
    dsin_product = 2 * sin_product
    # backprop g(f(v))                               (1)
    dproduct = math.cos(product) * dsin_product
    dy = x * dproduct
    dx = y * dproduct
    return result, (dx, dy)
