import math

import numpy as np


def value_and_grad_walk_in_a_well(depth, noise, steps):
    # forward pass
    taken = np.empty(max(steps, 0), dtype=np.bool_)  # kept for the reverse
    places = np.empty(max(steps, 0))  # kept for the reverse
    noise_s = np.empty(max(steps, 0))  # kept for the reverse
    sin_places = np.empty(max(steps, 0))  # kept for the reverse
    place = 0.5                                    # (1)
    for t in range(steps):
        places[t] = place
        noise_ = random_normal((3, t))             # (2)
        noise_s[t] = noise_
        sin_place = np.sin(place)
        sin_places[t] = sin_place
        place += noise * noise_ - depth * sin_place
        condition = random_integers((3, t), 4) == 0  # (3)
        taken[t] = condition
        if condition:
            place = 0.5 * place                    # (4)
    # backprop for t in range(steps)                 (1)
    dplace = 1.0
    dnoise = 0.0
    ddepth = 0.0
    for t in range(steps - 1, -1, -1):
        condition = taken[t]
        place_1 = places[t]
        noise_ = noise_s[t]
        sin_place = sin_places[t]
        # backprop if bp.random.integers((3, t), 4) == 0  (3)
        if condition:
            # backprop place = 0.5 * place           (4)
            dplace *= 0.5
        # backprop place += noise * bp.random.normal((3, t)) - depth * np.sin(place)  (2)
        dnoise += noise_ * dplace
        ddepth -= sin_place * dplace
        dplace *= 1 - depth * np.cos(place_1)
    return place, (ddepth, dnoise)


def random_normal(key, size=None):
    """Return standard normal numbers."""
    return drawn(key, 1, size, lambda x, y, index: as_normal(x, y))


def drawn(key, purpose, size, number):
    """Return numbers made of the blocks (0, purpose), (1, purpose) ... under a key, a cacheful at a time."""
    words = np.array([*key, purpose], dtype=np.int64).view(np.uint64).reshape(3, 1)
    count = 1 if size is None else np.prod(size, dtype=int)
    parts = []
    for first in range(0, max(count, 1), 8192):
        index = np.arange(first, min(first + 8192, count), dtype=np.uint64)
        parts.append(number(*threefry(words[:2], index, words[2]), index))
    numbers = np.concatenate(parts)
    return numbers.item() if size is None else numbers.reshape(size)


def threefry(key, index, purpose):
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


def as_normal(x, y):
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


def random_integers(key, n, size=None):
    """Return integers in [0, n)."""
    return drawn(key, 2, size, lambda x, y, index: as_below(x, y, np.uint64(n)))


def as_below(x, y, n):
    """Return an integer in [0, n), each as likely to within 2**-64: that many of 2**128 are x and y."""
    low = x * n
    return (high_word(x, n) + (low + high_word(y, n) < low)).view(np.int64)


def high_word(a, b):
    """Return the upper word of a product."""
    half = 0xFFFFFFFF
    middle = (a >> 32) * (b & half) + ((a & half) * (b & half) >> 32)
    return (a >> 32) * (b >> 32) + (middle >> 32) + ((a & half) * (b >> 32) + (middle & half) >> 32)
