import math


def value_and_grad_module_constant(x, *, STEEPNESS=1.5):
    # forward pass
    result = math.tanh(STEEPNESS * x) / STEEPNESS  # (1)
    # backprop return math.tanh(STEEPNESS * x) / STEEPNESS  (1)
    dx = 1 - math.tanh(STEEPNESS * x) ** 2
    return result, dx
