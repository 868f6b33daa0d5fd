def value_and_grad_chained_comparison_of_constants(x):
    # forward pass
    result = x * 3                                 # (1)
    # backprop return x * limits[1] if limits[0] < limits[1] <= limits[2] else x  (1)
    dx = 3.0
    return result, dx
