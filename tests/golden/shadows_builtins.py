import math


def value_and_grad_shadows_builtins(sum, list):
    # forward pass
    math_ = sum * list                             # (1)
    np_ = math.sin(math_)                          # (2)
    len_1 = np_ + sum                              # (3)
    print_ = len_1 * len_1                         # (4)
    # backprop print_ = len * len                    (4)
    dlen_1 = 2 * len_1
    # backprop len = np_ + sum                       (3)
    dnp_ = dlen_1
    dsum = dlen_1
    # backprop np_ = math.sin(math_)                 (2)
    dmath_ = math.cos(math_) * dnp_
    # backprop math_ = sum * list                    (1)
    dsum += list * dmath_
    dlist = sum * dmath_
    return print_, (dsum, dlist)
