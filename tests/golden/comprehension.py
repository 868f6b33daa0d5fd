import math


def value_and_grad_comprehension(xs, y):
    xs0 = xs[0]
    xs2 = xs[2]
    xs3 = xs[3]
    # forward pass
    term = math.exp(-y * xs0)                      # (1)
    term_1 = math.exp(-y * xs2)
    term_2 = math.exp(-y * xs3)
    result = 0 + 1.0 * term + 0.5 * term_1 + 0.3333333333333333 * term_2  # (2)
    # backprop return sum(weights[i] * term for i, term in enumerate(terms))  (2)
    dterm = 1.0
    dterm_1 = 0.5
    dterm_2 = 0.3333333333333333
    # backprop terms = [math.exp(-y * x) for x in xs if x is not None]  (1)
    dy = -xs3 * term_2 * dterm_2
    dxs3 = -y * term_2 * dterm_2
    dy -= xs2 * term_1 * dterm_1
    dxs2 = -y * term_1 * dterm_1
    dy -= xs0 * term * dterm
    dxs0 = -y * term * dterm
    return result, ([dxs0, None, dxs2, dxs3], dy)
