"""What the items of a list have in common that is to be an array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.frontend.operators import is_list
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import FLOAT64, INT64, Array, DType, Scalar, is_weak


@dataclass(frozen=True, slots=True)
class Element:
    """What the items of a list have in common: Python numbers (`weak`), NumPy's, or arrays of one shape."""

    dtype: DType
    shape: tuple[Size, ...]
    weak: bool

    def text(self) -> str:
        """Return what such an item is, in words."""
        kind = self.dtype.value if self.shape or not self.weak else self.dtype.value.rstrip("0123456789")
        return f"{kind} array of shape ({', '.join(map(str, self.shape))})" if self.shape else kind


def joined(one: Element | None, other: Element | None) -> Element | None:
    """Return the kind that items of two kinds have together, as a loop carries numbers; None if none."""
    if one == other or one is None or other is None:
        return one if one == other else None
    if one.shape or other.shape or {one.dtype, other.dtype} - {INT64, FLOAT64}:
        return None
    dtype = FLOAT64 if FLOAT64 in (one.dtype, other.dtype) else INT64
    return Element(dtype, (), one.weak and other.weak)


def element_of(item: Any) -> Element | None:
    """Return what kind of item this is; None for what cannot be an element of an array."""
    if is_list(item) or not isinstance(item, (Traced, bool, int, float, np.ndarray, np.generic)):
        return None
    aval = current().operand(item).aval
    if isinstance(aval, Array) and not aval.shape:
        return None
    return Element(aval.dtype, tuple(aval.shape), isinstance(aval, Scalar) and is_weak(aval))
