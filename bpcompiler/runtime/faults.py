"""Errors of compiled code: numbers in an array, turned into an exception at the user's line.

Numba cannot format a message, and what it raises leaks memory. So a compiled function with checks takes a
last argument `fault`, an int64 array of 32 slots:

    fault[0]      0: all is well; c: entry c - 1 of the program's table of faults
    fault[1:]     up to 31 values, integers, or floats by their bits (`fault.view(np.float64)[1] = x`)

It writes the values first and the code last, and returns at once. Python then asks `check(table, fault)`.

    entry ::= kind, origin, values ("iif": what the slots hold), message ("" for the kind's own), ranks

    kind                  values               raised               message
    index                 index, size, axis    IndexOutOfBounds     index 5 is out of bounds for axis 0 ...
    shape                 sizes, cut by ranks  ShapeError           operands could not be broadcast ...
    negative_dimension    none                 ShapeError           negative dimensions are not allowed
    zero_division         none                 ZeroDivisionError    integer division or modulo by zero
    integer               none                 ValueError           cannot convert float NaN, infinity ...
    value                 any                  ValueError           its own, a format: "needs {0} > 0"
    raise, assert         any                  the user's class     its own arguments: `primitives.faults`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.errors import CompilerError, Error, IndexOutOfBoundsError, Origin, ShapeError, out_of_bounds
from bpcompiler.primitives.faults import made

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

SLOTS = 32
RAISED: dict[str, tuple[type[Exception], str]] = {
    "index": (IndexOutOfBoundsError, "index {0} is out of bounds for axis {2} with size {1}"),
    "shape": (ShapeError, "operands could not be broadcast together with shapes {shapes}"),
    "negative_dimension": (ShapeError, "negative dimensions are not allowed"),
    "zero_division": (ZeroDivisionError, "integer division or modulo by zero"),
    "integer": (ValueError, "cannot convert float NaN, infinity or one beyond 64 bits to an integer"),
    "value": (ValueError, "invalid value"),
}


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """What one check says when it fails, and where."""

    kind: str
    origin: Origin | None = None
    values: str = ""  # a letter a slot: i an integer, b a bool, f a float; I, B, F, g (float32): NumPy's
    message: str = ""  # a format over the values: {0}, {1} ..., {shapes}; "" for the kind's own
    ranks: tuple[int, ...] = ()  # the values cut into shapes, as {shapes}
    exception: Callable[..., Exception] | None = None  # what the user raises, with `args` filled in
    args: tuple[Any, ...] = ()


def new_fault() -> NDArray[np.int64]:
    """Return an empty report for one call of a compiled function."""
    return np.zeros(SLOTS, np.int64)


def check(table: Sequence[FaultEntry], fault: NDArray[np.int64]) -> None:
    """Raise what the report says, if it says anything."""
    code = int(fault[0])
    if code == 0:
        return
    if not 1 <= code <= len(table):
        raise CompilerError(f"compiled code reported fault {code}, of {len(table)}")
    raise build_exception(table[code - 1], fault)


def build_exception(entry: FaultEntry, fault: NDArray[np.int64]) -> Exception:
    """Return the exception that the entry stands for, with the values of the report."""
    values = read_values(entry.values, fault)
    if entry.exception is not None:
        return _at(made(entry.exception, entry.args, values), entry.origin)
    kind, message = RAISED[entry.kind]
    if entry.kind == "index" and not entry.message:
        index, size, axis = map(int, values)
        return out_of_bounds(index, axis, size, entry.origin)
    text = (entry.message or message).format(*values, shapes=_shapes(values, entry.ranks))
    if issubclass(kind, Error):
        return kind(text, origin=entry.origin)
    return _at(kind(text), entry.origin)


def _at(error: Exception, origin: Origin | None) -> Exception:
    if origin is not None:
        error.add_note(f"at {origin}: {origin.text}")
    return error


_TYPES: dict[str, Callable[[Any], Any]] = {
    "i": int,
    "I": np.int64,
    "b": bool,
    "B": np.bool_,
    "f": float,
    "F": np.float64,
    "g": np.float32,
}


def read_values(kinds: str, fault: NDArray[np.int64]) -> list[Any]:
    """Return the values of a report: one for each letter."""
    floats = fault.view(np.float64)
    return [_TYPES[kind]((floats if kind in "fFg" else fault)[i]) for i, kind in enumerate(kinds, 1)]


def _shapes(sizes: list[Any], ranks: tuple[int, ...]) -> str:
    """Return the sizes cut into tuples and written as NumPy does: (3,) (4,5)."""
    written, start = [], 0
    for rank in ranks:
        dims = ",".join(str(size) for size in sizes[start : start + rank])
        written.append(f"({dims},)" if rank == 1 else f"({dims})")
        start += rank
    return " ".join(written)
