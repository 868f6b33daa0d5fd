import numpy as np


def value_and_grad_with_dropout(weights, x, seed):
    # forward pass
    mask = random_uniform((seed, 0), x.shape) < 0.7  # (1)
    choice = np.where(mask, x, 0.0)                # (2)
    hidden = np.tanh(choice @ weights / 0.7)
    result = np.sum(hidden**2)                     # (3)
    # backprop return np.sum(hidden**2)              (3)
    dhidden = 2 * hidden
    # backprop hidden = np.tanh(np.where(mask, x, 0.0) @ weights / keep)  (2)
    dproduct = (1 - hidden**2) / 0.7 * dhidden
    dweights = choice.T @ dproduct
    dx = np.where(mask, dproduct[:, None] * weights, 0.0)
    return result, (dweights, dx)


def random_uniform(key, size=None):
    """Return numbers in [0, 1)."""
    return drawn(key, 0, size, lambda x, y, index: as_uniform(x))


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


def as_uniform(x):
    """Return a number in [0, 1): one of 2**53 that are as likely."""
    return (x >> 11) * 2.0**-53
