def value_and_grad_keyword_arguments(x, power, scale, shift):
    # forward pass
    result = scale * x**power + (0 + scale + shift)  # (1)
    # backprop return options.get("scale", 1.0) * x**power + sum(options.values())  (1)
    dx = 0.0 if power == 0 else power * x ** (power - 1) * scale
    return result, dx
