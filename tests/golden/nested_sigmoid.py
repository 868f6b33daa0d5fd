import math



def value_and_grad_nested_sigmoid(x):
    # forward pass
    sigmoid = 1.0 / (1.0 + math.exp(-x))           # (1)
    sigmoid_1 = 1.0 / (1.0 + math.exp(-sigmoid))   # (2)
    result = 1.0 / (1.0 + math.exp(-sigmoid_1))    # (3)
    # backprop return 1.0 / (1.0 + math.exp(-x))     (3)
    dsigmoid_1 = (1 - result) * result
    # backprop return 1.0 / (1.0 + math.exp(-x))     (2)
    dsigmoid = (1 - sigmoid_1) * sigmoid_1 * dsigmoid_1
    # backprop return 1.0 / (1.0 + math.exp(-x))     (1)
    dx = (1 - sigmoid) * sigmoid * dsigmoid
    return result, dx
