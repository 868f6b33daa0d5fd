import math


def value_and_grad_closure(x, y):
    # forward pass
    scale = y * y                                  # (1)
    scaled = scale * math.sin(x)                   # (2)
    total = x + 1.0                                # (3)
    scaled_1 = scale * math.sin(total)             # (4)
    result = scaled + scaled_1                     # (3)
    # backprop return scale * math.sin(t)            (4)
    dscale = math.sin(total)
    dx = scale * math.cos(total)
    # backprop return scale * math.sin(t)            (2)
    dscale += math.sin(x)
    dx += scale * math.cos(x)
    # backprop scale = y * y                         (1)
    dy = 2 * y * dscale
    return result, (dx, dy)
