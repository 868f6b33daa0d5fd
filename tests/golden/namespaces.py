def value_and_grad_namespaces(x):
    # forward pass
    difference = x - 0.5 * x**2                    # (1)
    difference_1 = difference - 0.5 * difference**2  # (2)
    difference_2 = difference_1 - 0.5 * difference_1**2  # (3)
    result = 0 + difference + difference_1 + difference_2  # (4)
    # backprop state.value -= config.rate * state.value**2  (3)
    ddifference_1 = 1.0 + (1 - difference_1)
    # backprop state.value -= config.rate * state.value**2  (2)
    ddifference = 1.0 + (1 - difference) * ddifference_1
    # backprop state.value -= config.rate * state.value**2  (1)
    dx = (1 - x) * ddifference
    return result, dx
