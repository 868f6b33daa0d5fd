"""What the functions that `.njit` returns call: checks of types and memory, and a report of faults.

fits("float64[:, :]", w)     nothing; a typing error where the caller passes anything else
report()                     an empty report of faults, on the stack: it costs nothing
apart(x, y)                  whether two arrays lie apart, as far as their first and last bytes say
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

from bpcompiler.runtime.faults import SLOTS

REPORT = types.Array(types.int64, 1, "C")


@intrinsic(prefer_literal=True)  # type: ignore[untyped-decorator]
def fits(typing_context: Any, wanted: Any, name: Any, value: Any) -> Any:
    """Return nothing. Raises TypingError while the caller is compiled: a derivative is for one type each."""
    found = type_text(value)
    if not isinstance(wanted, types.StringLiteral):  # Numba's second attempt, after it was refused
        raise TypingError("the arguments are not those of the example")
    if found != wanted.literal_value:
        raise TypingError(
            f"{name.literal_value} is {wanted.literal_value} in the example that `.njit` was given, "
            f"and {found} here: convert it, or call `.njit` with such an argument"
        )

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.get_dummy_value()

    return types.none(wanted, name, value), generate


def type_text(given: Any) -> str:
    """Return Numba's type of a number or array as `fits` is told it: no layout, no literal value."""
    plain = types.unliteral(given)
    if isinstance(plain, types.Array):
        return array_text(str(plain.dtype), plain.ndim)
    return str(plain)


def array_text(dtype: str, ndim: int) -> str:
    """Return the text of an array type: `float64[:, :]`; of none without dimensions `float64[()]`."""
    return f"{dtype}[{', '.join(':' * ndim) or '()'}]"


@intrinsic  # type: ignore[untyped-decorator]
def report(typing_context: Any) -> Any:
    """Return an empty report of faults, in the caller's frame: good until he returns."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = context.get_value_type(types.int64)
        slots = cgutils.alloca_once(builder, ir.ArrayType(number, SLOTS))
        data = builder.bitcast(slots, number.as_pointer())
        builder.store(number(0), data)  # the others are written before they are read
        array = context.make_array(REPORT)(context, builder)
        size, step = context.get_constant(types.intp, SLOTS), context.get_constant(types.intp, 8)
        context.populate_array(array, data=data, shape=[size], strides=[step], itemsize=step, meminfo=None)
        return array._getvalue()  # noqa: SLF001 - Numba's way to the value of a structure

    return REPORT(), generate


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def apart(x: Any, y: Any) -> bool:
    """Return whether the bytes of two arrays, from the first to the last, have none in common."""
    x_low, x_high = _extent(x)
    y_low, y_high = _extent(y)
    return bool(x.size == 0 or y.size == 0 or x_high <= y_low or y_high <= x_low)


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _extent(x: Any) -> tuple[Any, Any]:
    low = np.int64(x.ctypes.data)
    high = low + x.itemsize
    for size, stride in zip(x.shape, x.strides):  # noqa: B905 - Numba has no `strict`
        if stride < 0:
            low += (size - 1) * stride
        else:
            high += (size - 1) * stride
    return low, high
