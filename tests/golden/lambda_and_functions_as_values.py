import math


def value_and_grad_lambda_and_functions_as_values(x, y):
    # forward pass
    x_1 = x * x                                    # (1)
    x_2 = math.sin(x_1)                            # (2)
    x_3 = x_2 * y                                  # (3)
    total = x_3 + y                                # (4)
    product = x_3 * y                              # (5)
    result = product * total                       # (6)
    # backprop a * b                                 (5)
    dx_3 = y * total
    dy = x_3 * total
    # backprop return functools.reduce(lambda a, b: a * b, [x, y, x + y])  (4)
    dx_3 += product
    dy += product
    # backprop t * y                                 (3)
    dx_2 = y * dx_3
    dy += x_2 * dx_3
    # backprop x = function(x)                       (2)
    dx_1 = math.cos(x_1) * dx_2
    # backprop t * t                                 (1)
    dx = 2 * x * dx_1
    return result, (dx, dy)
