"""What the functions of `bp.random` take: keys, and bounds of integers. Traced integers pass through."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from bpcompiler.errors import ArgumentError

EMPTY = "a must be a positive integer unless no samples are taken"
TOO_MANY = "Cannot take a larger sample than population when replace is False"
TOO_WIDE = "2**63 integers and more between the bounds"
BOUNDS = "call it for each range by itself; in floats: bp.random.uniform"
PAIR = "give (seed, t): the seed of the run, and the number of the draw in it"


Integer = Callable[[Any], Any]


def key_of(key: Any, integer: Integer = operator.index) -> tuple[Any, Any]:
    """Return a key's two integers, as `integer` takes them. Raises ArgumentError for anything else."""
    try:
        seed, counter = map(integer, key if isinstance(key, tuple | list) else ())
    except (TypeError, ValueError):
        raise ArgumentError("the key of random numbers must be a pair of integers", remedy=PAIR) from None
    for number in (seed, counter):
        if isinstance(number, int) and not -(2**63) <= number < 2**63:
            raise ArgumentError(f"{number} in a key does not fit in 64 bits", remedy="take it modulo 2**63")
    return seed, counter


def bounds(low: Any, high: Any, endpoint: bool, integer: Integer = operator.index) -> tuple[Any, Any, str]:
    """Return the bounds of `integers`, the upper one excluded, and what NumPy says if nothing is between."""
    try:
        low, high = integer(low), None if high is None else integer(high)
    except TypeError:
        raise ArgumentError("the bounds of integers are two integers", remedy=BOUNDS) from None
    if high is None:
        low, high, message = 0, low, "high < 0" if endpoint else "high <= 0"
    else:
        message = "low > high" if endpoint else "low >= high"
    return low, high + 1 if endpoint else high, message


def require_range(low: int, high: int, message: str) -> None:
    """Raise ValueError unless there are integers in [low, high), fewer than 2**63."""
    if low >= high:
        raise ValueError(message)
    if low < -(2**63) or high > 2**63 or high - low >= 2**63:
        raise ValueError(TOO_WIDE)
