def value_and_grad_static_ternaries(x, mode, negate):
    return x, 1.0
