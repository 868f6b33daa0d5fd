import math


def value_and_grad_sigmoid_neuron(w, x):
    w0 = w[0]
    w1 = w[1]
    w2 = w[2]
    x0 = x[0]
    x1 = x[1]
    # forward pass
    dot = w0 * x0 + w1 * x1 + w2                   # (1)
    f = 1.0 / (1 + math.exp(-dot))                 # (2)
    # backprop f = 1.0 / (1 + math.exp(-dot))        (2)
    ddot = (1 - f) * f
    # backprop dot = w[0] * x[0] + w[1] * x[1] + w[2]  (1)
    dw0 = x0 * ddot
    dx0 = w0 * ddot
    dw1 = x1 * ddot
    dx1 = w1 * ddot
    dw2 = ddot
    return f, ([dw0, dw1, dw2], [dx0, dx1])
