import numpy as np


def value_and_grad_running_product(x):
    # forward pass
    products = np.empty(x.shape[0])  # kept for the reverse
    product = 1.0                                  # (1)
    for i in range(x.shape[0]):
        products[i] = product
        value = x[i]
        product *= value                           # (2)
    # backprop for value in x                        (1)
    dx = np.zeros_like(x)
    dproduct = 1.0
    for i in range(x.shape[0] - 1, -1, -1):
        product_1 = products[i]
        value = x[i]                               # (1)
        # backprop product *= value                  (2)
        dvalue = product_1 * dproduct
        dproduct *= value
        # backprop for value in x                    (1)
        dx[i] += dvalue
    return product, dx
