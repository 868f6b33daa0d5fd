"""What kinds of values there are where ways meet, and the errors for those that cannot be joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend.state import UNBOUND
from bpcompiler.frontend.trace import Traced
from bpcompiler.frontend.tracers import TracedArray
from bpcompiler.ir.types import Aval, Scalar

NUMBERS = (bool, int, float, np.bool_, np.number)


class _Undefined:
    """The type of `UNDEFINED`: there is no value on this way, and nobody reads it."""


UNDEFINED = _Undefined()


def is_number(value: Any) -> bool:
    """Return whether a value is a number, ordinary or traced."""
    if isinstance(value, Traced):
        return isinstance(value.aval, Scalar)
    return isinstance(value, NUMBERS)


def is_array(value: Any) -> bool:
    """Return whether a value is an array, ordinary or traced."""
    return isinstance(value, (TracedArray, np.ndarray))


def unlike(left: Any, right: Any, name: str) -> NeedsValueError:
    """Return the error for values that cannot be joined."""
    return NeedsValueError(
        f"{name or 'a value'} is {_described(left)} on one way through a condition or loop on traced values, "
        f"and {_described(right)} on the other",
        remedy="let both ways give it numbers or arrays of the same shape",
    )


def stale(name: str) -> NeedsValueError:
    """Return the error for an array that is one of several, of which one was written to."""
    return NeedsValueError(
        f"{name or 'an array'} is one of several arrays, which one depends on traced values, and "
        "one of them was written to since",
        remedy="make a copy where they meet: a = (u if c else v).copy()",
    )


def _described(value: Any) -> str:
    if value is UNBOUND or value is UNDEFINED:
        return "not there"
    if value is None or isinstance(value, str | bool):
        return repr(value)
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"
    if is_number(value):
        return "a number"
    return "an array" if is_array(value) else f"a {type(value).__name__}"


def _shape(aval: Aval) -> str:
    return f"({', '.join(map(str, aval.shape))})"


def inner_shape(name: str, aval: Aval) -> NeedsValueError:
    """Return the error for a shape that mentions an integer of one of the ways."""
    return NeedsValueError(
        f"the shape of {name or 'an array'}, {_shape(aval)}, differs from turn to turn of a loop or between "
        "the ways through a condition",
        remedy="make the array of one size before, and use slices of it: x[:k]",
    )


def two_dtypes(name: str, avals: Sequence[Aval]) -> NeedsValueError:
    """Return the error for arrays of different element types."""
    one, other = avals[0].dtype.value, avals[-1].dtype.value
    return NeedsValueError(
        f"{name or 'an array'} is {one} on one way and {other} on the other",
        remedy="convert it first, with x.astype(...), so that both ways have one dtype",
    )


def two_shapes(name: str, avals: Sequence[Aval]) -> NeedsValueError:
    """Return the error for arrays of different shapes."""
    one, other = _shape(avals[0]), _shape(avals[-1])
    return NeedsValueError(
        f"{name or 'an array'} has another shape on each way: {one} and {other}",
        remedy="let both ways make arrays of one shape",
    )
