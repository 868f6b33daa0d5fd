"""Arrays of random numbers from a key, with NumPy alone. The staged source quotes these functions.

A key is a pair of integers. Element i of an array comes from block (i, purpose); each function has a purpose
of its own. `size`: a shape, an integer, or None for one number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.random.threefry import as_below, as_normal, as_uniform, threefry


def random_uniform(key: Any, size: Any = None) -> Any:
    """Return numbers in [0, 1)."""
    return drawn(key, 0, size, lambda x, y, index: as_uniform(x))


def random_normal(key: Any, size: Any = None) -> Any:
    """Return standard normal numbers."""
    return drawn(key, 1, size, lambda x, y, index: as_normal(x, y))


def random_integers(key: Any, n: int, size: Any = None) -> Any:
    """Return integers in [0, n)."""
    return drawn(key, 2, size, lambda x, y, index: as_below(x, y, np.uint64(n)))


def random_choice(key: Any, n: int, size: Any = None) -> Any:
    """Return integers in [0, n), independent of `random_integers`."""
    return drawn(key, 3, size, lambda x, y, index: as_below(x, y, np.uint64(n)))


def random_permutation(key: Any, n: int) -> Any:
    """Return the integers in [0, n), shuffled."""
    return shuffled(key, 4, n, n)


def random_sample(key: Any, n: int, count: int) -> Any:
    """Return `count` different integers in [0, n)."""
    return shuffled(key, 5, n, count)


def shuffled(key: Any, purpose: int, n: int, count: int) -> Any:
    """Return the first integers of a shuffled [0, n): the i-th changes places with one from there on."""
    order = list(range(n))
    skipped = drawn(key, purpose, count, lambda x, y, index: as_below(x, y, np.uint64(n) - index))
    for here, there in enumerate(skipped.tolist()):
        order[here], order[here + there] = order[here + there], order[here]
    return np.array(order[:count], dtype=np.int64)


def drawn(key: Any, purpose: int, size: Any, number: Callable[..., Any]) -> Any:
    """Return numbers made of the blocks (0, purpose), (1, purpose) ... under a key, a cacheful at a time."""
    words = np.array([*key, purpose], dtype=np.int64).view(np.uint64).reshape(3, 1)
    count = 1 if size is None else np.prod(size, dtype=int)
    parts = []
    for first in range(0, max(count, 1), 8192):
        index = np.arange(first, min(first + 8192, count), dtype=np.uint64)
        parts.append(number(*threefry(words[:2], index, words[2]), index))
    numbers = np.concatenate(parts)
    return numbers.item() if size is None else numbers.reshape(size)


def element(of_words: Callable[..., Any], *integers: int) -> Any:
    """Return what a formula makes of a block; the integers: the key's, index, purpose, and those it takes."""
    words = [np.array([integer], dtype=np.int64).view(np.uint64) for integer in integers]
    return of_words(*threefry(words[:2], *words[2:4]), *words[4:]).item()
