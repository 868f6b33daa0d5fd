"""What the operators of traced values do: each adds equations to the trace in progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, NoRuleError, ShapeError
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Primitive
from bpcompiler.ir.types import BOOL, INT64, Scalar, is_weak
from bpcompiler.primitives import piecewise, powers, products
from bpcompiler.primitives.creation import dim, size_value

NUMBERS = (bool, int, float, np.number, np.bool_)
Binary = Callable[[Any, Any], Any]


def is_operand(value: object) -> bool:
    """Return whether a value can stand beside a traced one in an operation."""
    return isinstance(value, (Traced, np.ndarray, *NUMBERS))


def is_list(value: Any) -> bool:
    """Return whether a traced value stands for a list."""
    return type(value).__name__ == "list"


def beside(traced: Traced, other: Any) -> Any:
    """Return the other operand: a list beside an array is an array. NotImplemented if it cannot be one."""
    if getattr(other, "selects", False):
        return NotImplemented  # it answers itself
    if is_operand(other):
        return (
            NotImplemented
            if isinstance(traced.aval, Scalar) and is_list(other) and is_weak(traced.aval)
            else other
        )
    if isinstance(other, complex):
        raise DtypeError("a complex number is not supported", remedy="compute with real and imaginary parts")
    if isinstance(other, (list, tuple)) and not is_weak(traced.aval):
        return call_numpy(np.asarray, (other,), {})
    return NotImplemented


def binary(primitive: Primitive, *, swapped: bool = False) -> Binary:
    """Return the method for an operator."""

    def method(self: Traced, other: Any) -> Any:
        other = beside(self, other)
        if other is NotImplemented:
            return NotImplemented
        return current().elementwise(primitive, *((other, self) if swapped else (self, other)))

    return method


def comparison(primitive: Primitive) -> Binary:
    """Return the method for a comparison; between sizes it can be decided while tracing."""

    def method(self: Traced, other: Any) -> Any:
        other = beside(self, other)
        if other is NotImplemented:
            return _unlike(self, primitive)
        result = current().elementwise(primitive, self, other)
        left, right = size_of(self), size_of(other)
        if left is not None and right is not None and isinstance(result, Traced):
            current().relations[result.value] = (primitive.name, left, right)
        return result

    return method


def _unlike(traced: Traced, primitive: Primitive) -> Any:
    """The comparison with what is no number: equal to nothing, in the shape of an array."""
    if is_weak(traced.aval) or primitive not in (piecewise.equal, piecewise.not_equal):
        return NotImplemented
    answer = np.bool_(primitive is piecewise.not_equal)
    return call_numpy(np.full, (shape(traced), answer), {}) if traced.aval.shape else answer


def size_of(value: Any) -> Any:
    """Return the size that an integer is, or None."""
    if type(value) is int:
        return value
    return value.aval.size if isinstance(value, Traced) and isinstance(value.aval, Scalar) else None


def power(base: Any, exponent: Any, *, strong: bool = False) -> Any:
    """`base ** exponent`: an integer to a traced integer power needs the exponent's number."""
    trace = current()
    avals = [trace.operand(side).aval for side in (base, exponent)]
    squared = not strong and type(exponent) is int and exponent == 2  # by NumPy in int8
    if avals[0].dtype is BOOL and not is_weak(avals[0]) and (squared or avals[1].dtype is BOOL):
        raise DtypeError("a power of bools", remedy="convert it: x.astype(np.float64)")
    if all(aval.dtype in (INT64, BOOL) for aval in avals):
        strong = strong or not all(map(is_weak, avals))
        exponent = _known_exponent(exponent)
        if strong and not isinstance(exponent, Traced) and np.any(np.less(exponent, 0)):
            raise ValueError("Integers to negative integer powers are not allowed.")
    return trace.elementwise(powers.pow, base, exponent, strong=strong)


def _known_exponent(exponent: Any) -> Any:
    if isinstance(exponent, Traced):
        known = size_of(exponent) is not None
        return current().static(exponent, "the exponent of an integer") if known else exponent
    return int(exponent) if isinstance(exponent, (int, np.integer, np.bool_)) else exponent


def bitwise(name: str, logical: Primitive) -> tuple[Binary, Binary]:
    """Return the methods for `&`, `|` or `^`, which are for bools; on traced integers they have no rule."""

    def combine(left: Any, right: Any) -> Any:
        trace = current()
        dtypes = [trace.operand(side).aval.dtype for side in (left, right)]
        if any(dtype.is_float for dtype in dtypes):
            raise DtypeError(
                f"{name} of floats", remedy="compare first: (x > 0) & (y > 0)", origin=trace.place()
            )
        if any(dtype is not BOOL for dtype in dtypes):
            raise NoRuleError(
                f"{name} of integers has no rule", remedy="use % and //, or bools", origin=trace.place()
            )
        return trace.elementwise(logical, left, right)

    def method(self: Traced, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else combine(self, other)

    def swapped(self: Traced, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else combine(other, self)

    return method, swapped


def no_operator(sign: str) -> Binary:
    """Return the method for an operator that has no rule."""

    def method(self: Traced, other: Any) -> Any:
        raise NoRuleError(
            f"{sign} has no rule", remedy="multiply or divide by a power of two", origin=current().place()
        )

    return method


def matmul(a: Any, b: Any) -> Any:
    """`a @ b`, with the inner dimensions and the batches brought together."""
    trace = current()
    left, right = (trace.operand(side).aval.shape for side in (a, b))
    if not left or not right:
        raise ValueError("matmul: Input operand does not have enough dimensions (0 where 1 is required)")
    inner = right[-2] if len(right) > 1 else right[0]
    trace.require_equal(left[-1], inner, _mismatch)
    trace.broadcast([left[:-2], right[:-2]])
    if len(right) == 2:
        trace.decisions.notice_one(right[1])
    return trace.emit(products.matmul, a, b)


def _mismatch(m: int, n: int) -> ShapeError:
    return ShapeError(
        f"matmul: the last dimension of the left operand, {m}, is not that of the right one, {n}",
        remedy="transpose one of them: x.T",
    )


def call_numpy(function: Any, args: Any, kwargs: Any) -> Any:
    """Call what stands in for a NumPy function, or say that there is no rule."""
    handler = current().handler(function)
    if handler is None:
        name = getattr(function, "__name__", str(function))
        raise NoRuleError(
            f"np.{name} has no derivative rule yet",
            remedy="write it with supported functions (docs/semantics.md lists them)",
            origin=current().place(),
        )
    return handler(*args, **kwargs)


def shape(traced: Traced) -> tuple[Any, ...]:
    """Return `x.shape`: numbers where they are known, else traced integers."""
    return tuple(dimension(traced, axis) for axis in range(len(traced.aval.shape)))


def dimension(traced: Traced, axis: int, **attrs: Any) -> Any:
    """Return `x.shape[axis]`."""
    size = traced.aval.shape[axis]
    return size if isinstance(size, int) else current().emit(dim, traced, axis=axis, **attrs)


def size_as_value(size: Any) -> Any:
    """Return a size as an ordinary or traced integer."""
    return size if isinstance(size, int) else current().emit(size_value, size=size)
