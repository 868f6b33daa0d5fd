"""Which numbers and arrays are supported, and their types; everything else is an error that says so."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError
from bpcompiler.ir.types import BOOL, FLOAT64, INT64, DType, Scalar

SUPPORTED = {dtype.value: dtype for dtype in DType}
_PYTHON = {bool: BOOL, int: INT64, float: FLOAT64}
CONVERT = "bool, int64, float32 and float64 are supported; convert it: x.astype(np.float64)"


def dtype_named(name: Any) -> DType:
    """Return the element type that NumPy calls `name` (a string, a type, a dtype)."""
    try:
        found = SUPPORTED.get(np.dtype(name).name)
    except TypeError:
        found = None
    if found is None:
        raise DtypeError(f"the dtype {getattr(name, '__name__', name)} is not supported", remedy=CONVERT)
    return found


def dtype_of_array(array: Any) -> DType:
    """Return an array's element type. Raises DtypeError for what is not a plain array of numbers."""
    if isinstance(array, np.ma.MaskedArray):
        raise DtypeError(
            "a masked array is not supported", remedy="pass x.filled(0.0) and the mask, as two arrays"
        )
    if type(array) is not np.ndarray and not isinstance(array, np.memmap):
        raise _unsupported_class(array)
    if array.dtype.fields is not None:
        raise DtypeError(
            "a structured array is not supported", remedy="pass its fields as arrays of their own: x['field']"
        )
    if array.dtype.kind == "O":
        raise DtypeError(
            "an array of Python objects is not supported", remedy="convert it: x.astype(np.float64)"
        )
    if array.dtype.kind == "c":
        raise DtypeError(
            "a complex array is not supported", remedy="pass its real and imaginary part: x.real, x.imag"
        )
    if not array.dtype.isnative:
        raise DtypeError(
            "an array in foreign byte order is not supported",
            remedy="convert it: x.astype(x.dtype.newbyteorder('='))",
        )
    if array.dtype.name not in SUPPORTED:
        raise DtypeError(f"an array of {array.dtype.name} is not supported", remedy=CONVERT)
    return SUPPORTED[array.dtype.name]


def scalar_aval(value: Any) -> Scalar:
    """Return the type of a number: weak for Python's own."""
    if type(value) in _PYTHON:
        return Scalar(_PYTHON[type(value)], weak=True)
    if isinstance(value, complex | np.complexfloating):
        raise DtypeError(
            "a complex number is not supported", remedy="pass its real and imaginary part as floats"
        )
    if isinstance(value, np.generic):
        return Scalar(dtype_named(value.dtype))
    if isinstance(value, int | float):
        return Scalar(_PYTHON[int if isinstance(value, int) else float], weak=True)
    raise DtypeError(
        f"a {type(value).__name__} stands where a number is needed",
        remedy="pass a float, or an array of floats",
    )


def _unsupported_class(array: Any) -> DtypeError:
    kind = f"{type(array).__module__}.{type(array).__name__}"
    return DtypeError(f"an array of class {kind} is not supported", remedy="convert it: np.asarray(x)")
