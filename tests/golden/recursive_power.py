def value_and_grad_recursive_power(x):
    # forward pass
    recursive_power = x * 1.0                      # (1)
    recursive_power_1 = x * recursive_power        # (2)
    recursive_power_2 = x * recursive_power_1      # (3)
    recursive_power_3 = x * recursive_power_2      # (4)
    result = x * recursive_power_3                 # (5)
    # backprop return 1.0 if n == 0 else x * recursive_power(x, n - 1)  (5)
    dx = recursive_power_3
    # backprop return 1.0 if n == 0 else x * recursive_power(x, n - 1)  (4)
    dx += recursive_power_2 * x
    drecursive_power_2 = x * x
    # backprop return 1.0 if n == 0 else x * recursive_power(x, n - 1)  (3)
    dx += recursive_power_1 * drecursive_power_2
    drecursive_power_1 = x * drecursive_power_2
    # backprop return 1.0 if n == 0 else x * recursive_power(x, n - 1)  (2)
    dx += recursive_power * drecursive_power_1
    drecursive_power = x * drecursive_power_1
    # backprop return 1.0 if n == 0 else x * recursive_power(x, n - 1)  (1)
    dx += drecursive_power
    return result, dx
