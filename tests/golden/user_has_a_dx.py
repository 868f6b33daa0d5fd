import math


def value_and_grad_user_has_a_dx(x, dx):
    # forward pass
    dxy = x * dx                                   # (1)
    dx_ = dxy + dx                                 # (2)
    result = math.exp(-dx_) * dxy                  # (3)
    # backprop return exp(-dx_) * dxy                (3)
    ddx_ = -result
    ddxy = math.exp(-dx_)
    # backprop dx_ = dxy + dx                        (2)
    ddxy += ddx_
    ddx = ddx_
    # backprop dxy = x * dx                          (1)
    dx__ = dx * ddxy
    ddx += x * ddxy
    return result, (dx__, ddx)
