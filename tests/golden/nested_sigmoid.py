import math


def value_and_grad_nested_sigmoid(x):
    # forward pass
    ratio = 1.0 / (1.0 + math.exp(-x))             # (1)
    sigmoid = 1.0 / (1.0 + math.exp(-ratio))       # (2)
    result = 1.0 / (1.0 + math.exp(-sigmoid))      # (3)
    # backprop return 1.0 / (1.0 + math.exp(-x))     (3)
    dsigmoid = (1 - result) * result
    # backprop return 1.0 / (1.0 + math.exp(-x))     (2)
    dratio = (1 - sigmoid) * sigmoid * dsigmoid
    # backprop return 1.0 / (1.0 + math.exp(-x))     (1)
    dx = (1 - ratio) * ratio * dratio
    return result, dx
