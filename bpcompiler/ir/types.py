"""Types of values: what is known of a value before the program runs.

    Aval   ::= Scalar | Array
    Scalar ::= dtype, weak?, size?          a Python number (weak) or a NumPy scalar
    Array  ::= dtype, shape                 shape: a Size for each dimension
    dtype  ::= bool | int64 | float32 | float64

A **weak** scalar takes the dtype of what it meets (`x32 * 0.5` is float32), as NumPy's promotion (NEP 50)
has it; `np.float64(0.5)` is not weak. `size` is the value of an integer, where it is known as an
expression over dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from bpcompiler.ir.sizes import Size


class DType(Enum):
    """An element type. The value is NumPy's name for it."""

    BOOL = "bool"
    INT64 = "int64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"

    @property
    def short(self) -> str:
        """The name in a printed program: b1, i64, f32, f64."""
        return {"bool": "b1", "int64": "i64", "float32": "f32", "float64": "f64"}[self.value]

    @property
    def is_float(self) -> bool:
        """Whether values of this type can have a derivative."""
        return self in (DType.FLOAT32, DType.FLOAT64)


BOOL, INT64, FLOAT32, FLOAT64 = DType


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number. Weak: a Python bool, int or float."""

    dtype: DType
    weak: bool = False
    size: Size | None = None

    @property
    def shape(self) -> tuple[Size, ...]:
        """Always ()."""
        return ()

    def __str__(self) -> str:
        size = "" if self.size is None else f"{{{self.size}}}"
        return f"{self.dtype.short}{'~' if self.weak else ''}{size}"


@dataclass(frozen=True, slots=True)
class Array:
    """An array; `shape` has a size for each dimension and may be ()."""

    dtype: DType
    shape: tuple[Size, ...]

    def __str__(self) -> str:
        return f"{self.dtype.short}[{', '.join(map(str, self.shape))}]"


Aval = Scalar | Array

_KIND = {BOOL: 0, INT64: 1, FLOAT32: 2, FLOAT64: 2}


def is_float(aval: Aval) -> bool:
    """Return whether values of this type can have a derivative."""
    return aval.dtype.is_float


def is_weak(aval: Aval) -> bool:
    """Return whether the value is a Python number."""
    return isinstance(aval, Scalar) and aval.weak


def without_size(aval: Aval) -> Aval:
    """Return the type of what need not be that very integer: a carry of a loop, a result of a branch."""
    return Scalar(aval.dtype, aval.weak) if isinstance(aval, Scalar) else aval


def promote(avals: Iterable[Aval]) -> DType:
    """Return the dtype of an operation on these, by NumPy's rules (NEP 50).

    Weak operands count by their kind only: a Python float makes an int64 array float64 and leaves a
    float32 array as it is.
    """
    avals = list(avals)
    strong = [aval.dtype for aval in avals if not is_weak(aval)]
    weak = [aval.dtype for aval in avals if is_weak(aval)]
    if not strong:
        return max(weak, key=_KIND.__getitem__)
    result = strong[0]
    for dtype in strong[1:]:
        result = _promote_strong(result, dtype)
    for dtype in weak:
        if _KIND[dtype] > _KIND[result]:
            result = dtype
    return result


def _promote_strong(a: DType, b: DType) -> DType:
    if a == b:
        return a
    if {a, b} == {INT64, FLOAT32}:  # float32 cannot hold every int64
        return FLOAT64
    order = [BOOL, INT64, FLOAT32, FLOAT64]
    return max(a, b, key=order.index)
