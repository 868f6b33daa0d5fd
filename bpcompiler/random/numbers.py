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
    x, _ = random_words(key, 0, size)
    return in_shape(as_uniform(x), size)


def random_normal(key: Any, size: Any = None) -> Any:
    """Return standard normal numbers."""
    x, y = random_words(key, 1, size)
    return in_shape(as_normal(x, y), size)


def random_integers(key: Any, n: int, size: Any = None) -> Any:
    """Return integers in [0, n)."""
    x, y = random_words(key, 2, size)
    return in_shape(as_below(x, y, np.uint64(n)), size)


def random_choice(key: Any, n: int, size: Any = None) -> Any:
    """Return integers in [0, n), independent of `random_integers`."""
    x, y = random_words(key, 3, size)
    return in_shape(as_below(x, y, np.uint64(n)), size)


def random_permutation(key: Any, n: int) -> Any:
    """Return the integers in [0, n), shuffled."""
    return shuffled(key, 4, n, n)


def random_sample(key: Any, n: int, count: int) -> Any:
    """Return `count` different integers in [0, n)."""
    return shuffled(key, 5, n, count)


def shuffled(key: Any, purpose: int, n: int, count: int) -> Any:
    """Return the first integers of a shuffled [0, n): the i-th changes places with one from there on."""
    x, y = random_words(key, purpose, count)
    left = np.arange(n, n - count, -1).astype(np.uint64)
    order = list(range(n))
    for i, skipped in enumerate(as_below(x, y, left).tolist()):
        order[i], order[i + skipped] = order[i + skipped], order[i]
    return np.array(order[:count], dtype=np.int64)


def random_words(key: Any, purpose: int, size: Any) -> Any:
    """Return two arrays of words: blocks (0, purpose), (1, purpose) ... as many as there are elements."""
    words = [np.array([word], dtype=np.int64).view(np.uint64) for word in key]
    count = 1 if size is None else np.prod(size, dtype=int)
    return threefry(words, np.arange(count, dtype=np.uint64), np.array([purpose], dtype=np.uint64))


def in_shape(numbers: Any, size: Any) -> Any:
    """Return an array of this shape, or the only number."""
    return numbers.item() if size is None else numbers.reshape(size)


def element(of_words: Callable[..., Any], *integers: int) -> Any:
    """Return what a formula makes of a block; the integers: the key's, index, purpose, and those it takes."""
    words = [np.array([integer], dtype=np.int64).view(np.uint64) for integer in integers]
    return of_words(*threefry(words[:2], *words[2:4]), *words[4:]).item()
