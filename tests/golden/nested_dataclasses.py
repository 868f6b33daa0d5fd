def value_and_grad_nested_dataclasses(settings, x):
    scale = settings.scale
    offsets0 = settings.offsets[0]
    offsets1 = settings.offsets[1]
    # forward pass
    result = scale * x + (0 + offsets0 * x**0 + offsets1 * x**1)  # (1)
    # backprop return settings.scale * x + sum(o * x**i for i, o in enumerate(settings.offsets))  (1)
    dscale = x
    dx = scale + offsets1
    doffsets0 = 1.0
    doffsets1 = x
    return result, ({"scale": dscale, "offsets": [doffsets0, doffsets1]}, dx)
