import numpy as np


def value_and_grad_descent_on_batches(slope, rate, x, y, steps, seed):
    # forward pass
    slope_1 = np.float64(slope)                    # (1)
    means = np.empty(max(steps, 0))  # kept for the reverse
    batches = np.empty((max(steps, 0), 3), dtype=np.int64)  # kept for the reverse
    for t in range(steps):
        batch = random_sample((seed, t), x.shape[0], 3)  # (2)
        batches[t] = batch
        misfit = slope_1 * x[batch] - y[batch]     # (3)
        mean = np.mean(misfit * x[batch])          # (4)
        means[t] = mean
        slope_1 = slope_1 - rate * mean
    result = slope_1**2                            # (5)
    # backprop return slope**2                       (5)
    dslope_1 = 2 * slope_1
    # backprop for t in range(steps)                 (1)
    drate = 0.0
    for t in range(steps - 1, -1, -1):
        mean = means[t]
        batch = batches[t]
        # backprop slope = slope - rate * np.mean(misfit * x[batch])  (4)
        drate -= mean * dslope_1
        dmisfit = x[batch] * (-rate * dslope_1 / 3)
        # backprop misfit = slope * x[batch] - y[batch]  (3)
        dslope_1 += np.sum(x[batch] * dmisfit)
    # backprop for t in range(steps)                 (1)
    dslope = dslope_1
    return result, (dslope, drate)


def random_sample(key, n, count):
    """Return `count` different integers in [0, n)."""
    return shuffled(key, 5, n, count)


def shuffled(key, purpose, n, count):
    """Return the first integers of a shuffled [0, n): the i-th changes places with one from there on."""
    order = list(range(n))
    skipped = drawn(key, purpose, count, lambda x, y, index: as_below(x, y, np.uint64(n) - index))
    for here, there in enumerate(skipped.tolist()):
        order[here], order[here + there] = order[here + there], order[here]
    return np.array(order[:count], dtype=np.int64)


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


def as_below(x, y, n):
    """Return an integer in [0, n), each as likely to within 2**-64: that many of 2**128 are x and y."""
    low = x * n
    return (high_word(x, n) + (low + high_word(y, n) < low)).view(np.int64)


def high_word(a, b):
    """Return the upper word of a product."""
    half = 0xFFFFFFFF
    middle = (a >> 32) * (b & half) + ((a & half) * (b & half) >> 32)
    return (a >> 32) * (b >> 32) + (middle >> 32) + ((a & half) * (b >> 32) + (middle & half) >> 32)
