"""Random words from a key, and numbers made of them, element by element.

A block of the cipher is two 64-bit words, encrypted from (index, purpose) under a key of two words. Words are
whatever computes as unsigned 64-bit integers do: arrays of NumPy's uint64, or values of LLVM, so that machine
code computes the same bits by construction (`runtime.random`). Of floats there are only IEEE's + - * / and
square roots: each has one right result. The staged source quotes these functions.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def threefry(key: Any, index: Any, purpose: Any) -> Any:
    """Return two random words: block (index, purpose) of Threefry-2x64-20 (Salmon et al., 2011)."""
    schedule = (*key, key[0] ^ key[1] ^ 0x1BD11BDAA9FC1A22)
    x, y = index + key[0], purpose + key[1]
    for turn in range(20):
        bits = (16, 42, 12, 31, 16, 32, 24, 21)[turn % 8]
        x = x + y
        y = (y << bits | y >> 64 - bits) ^ x
        if turn % 4 == 3:
            count = turn // 4 + 1
            x = x + schedule[count % 3]
            y = y + schedule[(count + 1) % 3] + count
    return x, y


def as_uniform(x: Any) -> Any:
    """Return a number in [0, 1): one of 2**53 that are as likely."""
    return (x >> 11) * 2.0**-53


def as_normal(x: Any, y: Any) -> Any:
    """Return a normal number by Box and Muller (1958): sqrt(-2 log u) sin(angle), |angle| < pi / 2."""
    u = (x >> 11 | 1) * 2.0**-53
    exponent = u.view(np.int64) - 0x3FE6A09E667F3BCD >> 52  # u = m * 2**exponent, m from sqrt(1/2) to sqrt(2)
    m = (u.view(np.int64) - (exponent << 52)).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    square, series = s * s, 0.0
    for odd in range(21, 1, -2):
        series = (series + 1.0 / odd) * square
    log = exponent * math.log(2.0) + 2.0 * (s + s * series)
    angle = (y.view(np.int64) >> 11 | 1) * (math.pi * 2.0**-53)
    square, series = angle * angle, 0.0
    for odd in range(21, 1, -2):
        series = (1.0 / math.factorial(odd) - series) * square
    return np.sqrt(-2.0 * log) * (angle - angle * series)


def as_below(x: Any, y: Any, n: Any) -> Any:
    """Return an integer in [0, n), each as likely to within 2**-64: that many of 2**128 are x and y."""
    low = x * n
    return (high_word(x, n) + (low + high_word(y, n) < low)).view(np.int64)


def high_word(a: Any, b: Any) -> Any:
    """Return the upper word of a product."""
    half = 0xFFFFFFFF
    middle = (a >> 32) * (b & half) + ((a & half) * (b & half) >> 32)
    return (a >> 32) * (b >> 32) + (middle >> 32) + ((a & half) * (b >> 32) + (middle & half) >> 32)
