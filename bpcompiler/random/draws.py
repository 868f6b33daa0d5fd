"""What users call. In a traced function the names of `frontend.names.random_functions` answer instead."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from bpcompiler.random import numbers
from bpcompiler.random.keys import EMPTY, TOO_MANY, bounds, key_of, require_range


def uniform(key: Any, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    """Return numbers drawn uniformly from [low, high): one of 2**53 places in between.

    Rounding may give `high` itself, as in NumPy. Bounds may be arrays; then `size` is their shape, or one
    they broadcast to. Derivatives pass to the bounds, the place in between being constant.
    """
    low, high = _floats(low), _floats(high)
    shape = _shape(size, low, high)
    drawn = numbers.random_uniform(key_of(key), shape)
    return _scaled(drawn, low, high - low)


def normal(key: Any, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
    """Return normal numbers with mean `loc` and deviation `scale`, which may be arrays as in `uniform`.

    Derivatives pass to both, the standard normal number being constant.
    """
    loc, scale = _floats(loc), _floats(scale)
    shape = _shape(size, loc, scale)
    return _scaled(numbers.random_normal(key_of(key), shape), loc, scale)


def integers(key: Any, low: Any, high: Any = None, size: Any = None, endpoint: bool = False) -> Any:
    """Return integers from [low, high), or [low, high] with `endpoint`; from [0, low) if `high` is not given.

    Each is as likely as the others to within 2**-64. Raises NumPy's ValueError where there are none.
    """
    low, high, message = bounds(low, high, endpoint)
    require_range(low, high, message)
    return low + numbers.random_integers(key_of(key), high - low, _shape(size))


def permutation(key: Any, x: Any) -> Any:
    """Return the integers below `x` in random order; of an array its elements, or rows, in random order."""
    if np.ndim(x):
        return np.asarray(x)[numbers.random_permutation(key_of(key), len(x))]
    length = operator.index(x)
    if length < 0:
        raise ValueError("negative dimensions are not allowed")
    return numbers.random_permutation(key_of(key), length)


def choice(key: Any, a: Any, size: Any = None, replace: bool = True) -> Any:
    """Return integers below `a`, or elements (rows) of an array `a`; all different if not `replace`.

    Raises NumPy's ValueError where there are not enough.
    """
    size = _shape(size)
    count = 1 if size is None else math.prod(size)
    n = len(a) if np.ndim(a) else operator.index(a)
    if n <= 0 and count:
        raise ValueError(EMPTY)
    if not replace and count > n:
        raise ValueError(TOO_MANY)
    if replace:
        chosen = numbers.random_choice(key_of(key), n, size)
    else:
        sample = numbers.random_sample(key_of(key), n, count)
        chosen = sample.item() if size is None else sample.reshape(size)
    return np.asarray(a)[chosen] if np.ndim(a) else chosen


def _floats(value: Any) -> Any:
    return np.asarray(value, dtype=np.float64) if np.ndim(value) else float(value)


def _shape(size: Any, *parameters: Any) -> Any:
    """Return the shape of the result. Raises NumPy's ValueError if the parameters do not broadcast to it."""
    own = np.broadcast_shapes(*map(np.shape, parameters))
    if size is None:
        return own or None
    shape = tuple(map(operator.index, size if isinstance(size, tuple | list) else (size,)))
    if min(shape, default=0) < 0:
        raise ValueError("negative dimensions are not allowed")
    np.broadcast_to(np.empty(own), shape)
    return shape


def _scaled(drawn: Any, start: Any, step: Any) -> Any:
    """Return start + step * drawn, without what changes nothing: traced code says the same."""
    if not (isinstance(step, float) and step == 1.0):
        drawn = step * drawn
    return drawn if isinstance(start, float) and start == 0.0 else start + drawn
