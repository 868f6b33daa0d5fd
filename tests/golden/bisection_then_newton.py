import math


def value_and_grad_bisection_then_newton(p, q):
    # forward pass
    if 2.0 * math.exp(p * 2.0) < q:                # (1)
        low = 2.0
        high = 4.0
    else:
        low = 0.0
        high = 2.0
    while high - low > 1e-10:                      # (2)
        middle = 0.5 * (low + high)                # (3)
        if middle * math.exp(p * middle) < q:      # (4)
            low = middle
        else:
            high = middle
    root = 0.5 * (low + high)                      # (5)
    result = root - (root * math.exp(p * root) - q) / (math.exp(p * root) * (1.0 + p * root))  # (6)
    # backprop return root - (root * math.exp(p * root) - q) / (math.exp(p * root) * (1.0 + p * ...  (6)
    dp = -(
        root**2 * math.exp(p * root) / (math.exp(p * root) * (1.0 + p * root))
        + (q - root * math.exp(p * root))
        * (root * math.exp(p * root) * (1.0 + p * root) + root * math.exp(p * root))
        / (math.exp(p * root) ** 2 * (1.0 + p * root) ** 2)
    )
    dq = 1 / (math.exp(p * root) * (1.0 + p * root))
    return result, (dp, dq)
