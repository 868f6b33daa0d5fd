def value_and_grad_integer_exponent(x, n):
    # forward pass
    result = x**n + x ** -n + x**0 + x**1          # (1)
    # backprop return x**n + x ** (-n) + x**0 + x**1  (1)
    dx = 1.0
    dx += 0.0 if -n == 0 else -n * x ** (-n - 1)
    dx += 0.0 if n == 0 else n * x ** (n - 1)
    return result, dx
