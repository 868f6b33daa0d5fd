def value_and_grad_identity(x):
    return x, 1.0
