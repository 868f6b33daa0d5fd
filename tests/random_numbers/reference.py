"""Threefry-2x64 in Python's integers, from the paper: a block is added to, rotated, mixed 20 times."""

MASK = 2**64 - 1
ROTATIONS = [16, 42, 12, 31, 16, 32, 24, 21]
PARITY = 0x1BD11BDAA9FC1A22


def block(key, counter, rounds=20):
    """Return the two words that a counter of two words is encrypted to."""
    keys = [k & MASK for k in key]
    keys.append(PARITY ^ keys[0] ^ keys[1])
    left, right = ((c + k) & MASK for c, k in zip(counter, keys, strict=False))
    for number in range(1, rounds + 1):
        left = (left + right) & MASK
        rotated = right << ROTATIONS[(number - 1) % 8]
        right = left ^ ((rotated & MASK) | (rotated >> 64))
        if number % 4 == 0:
            turn = number // 4
            left = (left + keys[turn % 3]) & MASK
            right = (right + keys[(turn + 1) % 3] + turn) & MASK
    return left, right
