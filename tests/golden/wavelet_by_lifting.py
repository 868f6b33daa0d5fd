import numpy as np


def value_and_grad_wavelet_by_lifting(x):
    # forward pass
    even = x[::2]                                  # (1)
    odd = x[1::2]
    x = x.copy()                                   # (2)
    x[1::2] = odd - even
    odd_1 = x[1::2]                                # (3)
    even_1 = x[::2]
    x[::2] = even_1 + 0.5 * odd_1
    even_2 = x[::2]                                # (4)
    even_3 = even_2[::2]
    odd_2 = even_2[1::2]
    x[2::4] = odd_2 - even_3                       # (5)
    even_4 = x[::2]                                # (6)
    odd_3 = even_4[1::2]
    even_5 = even_4[::2]
    x[::4] = even_5 + 0.5 * odd_3
    even_6 = x[::2]                                # (7)
    even_7 = even_6[::2]
    even_8 = even_7[::2]
    odd_4 = even_7[1::2]
    x[4::8] = odd_4 - even_8                       # (8)
    even_9 = x[::2]                                # (9)
    even_10 = even_9[::2]
    odd_5 = even_10[1::2]
    even_11 = even_10[::2]
    x[::8] = even_11 + 0.5 * odd_5
    result = np.sum(x**2) + x[0] ** 3              # (10)
    # backprop return np.sum(x**2) + x[0] ** 3       (10)
    dx = 2 * x
    dx[0] += 3 * x[0] ** 2
    # backprop even += 0.5 * odd                     (9)
    deven_11 = dx[::8]
    dodd_5 = 0.5 * deven_11
    dx[4::8] += dodd_5
    # backprop odd -= even                           (8)
    dodd_4 = dx[4::8]
    deven_8 = -dodd_4
    # backprop even, odd = signal[::2], signal[1::2]  (7)
    dx[::8] += deven_8
    # backprop even += 0.5 * odd                     (6)
    deven_5 = dx[::4]
    dodd_3 = 0.5 * deven_5
    dx[2::4] += dodd_3
    # backprop odd -= even                           (5)
    dodd_2 = dx[2::4]
    deven_3 = -dodd_2
    # backprop even, odd = signal[::2], signal[1::2]  (4)
    dx[::4] += deven_3
    # backprop even += 0.5 * odd                     (3)
    deven_1 = dx[::2]
    dodd_1 = 0.5 * deven_1
    dx[1::2] += dodd_1
    # backprop odd -= even                           (2)
    dodd = dx[1::2]
    deven = -dodd
    # backprop even, odd = signal[::2], signal[1::2]  (1)
    dx_ = dx
    dx_[::2] += deven
    return result, dx_
