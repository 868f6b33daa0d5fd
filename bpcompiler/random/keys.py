"""What the functions of `bp.random` take: keys, and bounds of integers. Traced integers pass through."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from bpcompiler.errors import ArgumentError

IsTraced = Callable[[Any], bool]
EMPTY = "a must be a positive integer unless no samples are taken"
TOO_MANY = "Cannot take a larger sample than population when replace is False"
REMEDY = "give a pair: (seed, t), the seed of the run and the number of the draw in it"


def key_of(key: Any, is_traced: IsTraced = lambda part: False) -> tuple[Any, Any]:
    """Return a key's two integers. Raises ArgumentError for anything else."""
    if not isinstance(key, tuple | list) or len(key) != 2:
        shown = f"{len(key)} items" if isinstance(key, tuple | list) else f"a {type(key).__name__}"
        raise ArgumentError(f"a key is two integers, not {shown}", remedy=REMEDY)
    seed, counter = (_part(part, is_traced) for part in key)
    return seed, counter


def _part(part: Any, is_traced: IsTraced) -> Any:
    if is_traced(part):
        return part
    try:
        number = operator.index(part)
    except TypeError:
        kind = type(part).__name__
        raise ArgumentError(f"a key is two integers; one of these is a {kind}", remedy=REMEDY) from None
    if not -(2**63) <= number < 2**63:
        raise ArgumentError(
            f"the integer {number} in a key does not fit in 64 bits",
            remedy="take it modulo 2**63",
        )
    return number


def bounds(low: Any, high: Any, endpoint: bool) -> tuple[Any, Any, str]:
    """Return the bounds of `integers`, the upper one excluded, and what NumPy says if nothing is between."""
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
        raise ValueError("2**63 integers and more between the bounds")
