import math

import numpy as np


def value_and_grad_evidence_bound(mean, spread, x, t):
    # forward pass
    noise = random_normal((2024, t), (5, mean.shape[0]))  # (1)
    exp_spread = np.exp(spread)                    # (2)
    weights = mean + exp_spread * noise
    product = weights @ x                          # (3)
    misfit = np.mean((product - 1.0) ** 2)
    result = misfit + np.sum(np.exp(2 * spread) + mean**2 - 2 * spread)  # (4)
    # backprop return misfit + np.sum(np.exp(2 * spread) + mean**2 - 2 * spread)  (4)
    dmisfit = 1.0
    dspread = 2 * np.exp(2 * spread) - 2
    dmean = 2 * mean
    # backprop misfit = np.mean((weights @ x - 1.0) ** 2)  (3)
    dweights = (2 * (product - 1.0) * (dmisfit / 5))[:, None] * x
    # backprop weights = mean + np.exp(spread) * noise  (2)
    dmean += np.sum(dweights, axis=0)
    dspread += exp_spread * np.sum(noise * dweights, axis=0)
    return result, (dmean, dspread)


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
