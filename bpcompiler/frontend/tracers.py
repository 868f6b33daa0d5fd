"""Traced values: what the user's code holds in place of numbers and arrays.

They have the operators, attributes and methods of what they stand for; each adds equations to the trace in
progress. Nothing here knows derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, NoRuleError, ShapeError, StoreError
from bpcompiler.frontend.trace import Traced, current, needs_value
from bpcompiler.ir.equations import Primitive, Value
from bpcompiler.ir.types import BOOL, INT64, Array, Scalar, is_weak
from bpcompiler.primitives import arithmetic, piecewise, powers, products
from bpcompiler.primitives.creation import dim, size_value

NUMBERS = (bool, int, float, np.number, np.bool_)
STORE_REMEDY = (
    "Build a new array instead: np.where, np.concatenate, np.stack, or an expression on slices. "
    "Stores into arrays are not supported yet."
)

Binary = Callable[[Any, Any], Any]


def is_operand(value: object) -> bool:
    """Return whether a value can stand beside a traced one in an operation."""
    return isinstance(value, (Traced, np.ndarray, *NUMBERS))


def beside(traced: Traced, other: Any) -> Any:
    """Return the other operand: a list beside an array is an array. NotImplemented if it cannot be one."""
    if is_operand(other):
        return other
    if isinstance(other, complex):
        raise DtypeError("a complex number", remedy="compute with real and imaginary parts")
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
        return current().static(exponent, "the exponent of an integer") if size_of(exponent) is not None else exponent
    return int(exponent) if isinstance(exponent, (int, np.integer, np.bool_)) else exponent


def _bitwise(name: str, logical: Primitive) -> tuple[Binary, Binary]:
    """`&`, `|` and `^` are for bools; on traced integers they have no rule."""

    def combine(left: Any, right: Any) -> Any:
        trace = current()
        dtypes = [trace.operand(side).aval.dtype for side in (left, right)]
        if any(dtype.is_float for dtype in dtypes):
            raise DtypeError(f"{name} of floats", remedy="compare first: (x > 0) & (y > 0)", origin=trace.place())
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


def _no_operator(sign: str) -> Binary:
    def method(self: Traced, other: Any) -> Any:
        raise NoRuleError(
            f"{sign} has no rule", remedy="multiply or divide by a power of two", origin=current().place()
        )

    return method


class TracedNumber(Traced):
    """A Python number or a NumPy scalar."""

    __slots__ = ()

    __add__, __radd__ = binary(arithmetic.add), binary(arithmetic.add, swapped=True)
    __sub__, __rsub__ = binary(arithmetic.sub), binary(arithmetic.sub, swapped=True)
    __mul__, __rmul__ = binary(arithmetic.mul), binary(arithmetic.mul, swapped=True)
    __truediv__, __rtruediv__ = binary(arithmetic.div), binary(arithmetic.div, swapped=True)
    __floordiv__, __rfloordiv__ = binary(arithmetic.floordiv), binary(arithmetic.floordiv, swapped=True)
    __mod__, __rmod__ = binary(powers.mod), binary(powers.mod, swapped=True)
    __and__, __rand__ = _bitwise("&", piecewise.logical_and)
    __or__, __ror__ = _bitwise("|", piecewise.logical_or)
    __xor__, __rxor__ = _bitwise("^", piecewise.logical_xor)
    __lt__, __le__ = comparison(piecewise.less), comparison(piecewise.less_equal)
    __gt__, __ge__ = comparison(piecewise.greater), comparison(piecewise.greater_equal)
    __eq__, __ne__ = comparison(piecewise.equal), comparison(piecewise.not_equal)  # type: ignore[assignment]
    __lshift__ = __rlshift__ = _no_operator("<<")
    __rshift__ = __rrshift__ = _no_operator(">>")
    __hash__ = None  # type: ignore[assignment]
    __array_priority__ = 1000

    def __pow__(self, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else power(self, other)

    def __rpow__(self, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else power(other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return current().elementwise(arithmetic.neg, self)

    def __pos__(self) -> Any:
        if self.aval.dtype is BOOL:
            if not is_weak(self.aval):
                raise DtypeError("+ of bools", origin=current().place())
            return current().emit(piecewise.convert, self, dtype=INT64, weak=True)
        return self if self.aval.shape else current().rewrap(current().number_of(self.value))

    def __abs__(self) -> Any:
        return current().elementwise(piecewise.abs, self)

    def __invert__(self) -> Any:
        if self.aval.dtype is BOOL and not is_weak(self.aval):
            return current().elementwise(piecewise.logical_not, self)
        if self.aval.dtype.is_float:
            raise DtypeError("~ of a float", origin=current().place())
        return -self - 1

    def __getitem__(self, key: Any) -> Any:
        if is_weak(self.aval):
            raise TypeError("a number is not subscriptable")
        if key == ():
            return self
        raise IndexError("invalid index to scalar variable.")

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("a number is not iterable")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy calls this where native code applies a ufunc to a traced value."""
        return call_numpy(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """NumPy calls this where native code applies any other function."""
        return call_numpy(function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if is_weak(self.aval):
            if name in ("real", "conjugate"):
                return self if name == "real" else lambda: self
            if name == "imag":
                return 0.0 if self.aval.dtype.is_float else 0
            python = {BOOL: "bool", INT64: "int"}.get(self.aval.dtype, "float")
            raise AttributeError(f"{python!r} object has no attribute {name!r}")
        return member(self, name)


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


class TracedArray(TracedNumber):
    """An array. A reference: the names and containers that hold it share it."""

    __slots__ = ()

    def __len__(self) -> Any:
        raise needs_value(self, "len() in native code")

    def __iter__(self) -> Iterator[Any]:
        if not self.aval.shape:
            raise TypeError("iteration over a 0-d array")
        rows = current().decisions.number(self.aval.shape[0])
        return iter([self[i] for i in range(rows)])

    def __getitem__(self, key: Any) -> Any:
        return member(self, "__getitem__")(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise StoreError("a store into an array", remedy=STORE_REMEDY, origin=current().place())

    def _store(self, other: Any) -> Any:
        raise StoreError(
            "augmented assignment changes an array in place",
            remedy="write x = x + y",
            origin=current().place(),
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __ifloordiv__ = __imod__ = __imatmul__ = _store
    __iand__ = __ior__ = __ixor__ = __ilshift__ = __irshift__ = _store

    def __matmul__(self, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else matmul(other, self)


def matmul(a: Any, b: Any) -> Any:
    """`a @ b`, with the inner dimensions and the batches brought together."""
    trace = current()
    left, right = (trace.operand(side).aval.shape for side in (a, b))
    if not left or not right:
        raise ValueError("matmul: Input operand does not have enough dimensions (0 where 1 is required)")
    inner = right[-2] if len(right) > 1 else right[0]
    trace.require_equal(left[-1], inner, _mismatch)
    trace.broadcast([left[:-2], right[:-2]])
    return trace.emit(products.matmul, a, b)


def _mismatch(m: int, n: int) -> ShapeError:
    return ShapeError(
        f"matmul: the last dimension of the left operand, {m}, is not that of the right one, {n}"
    )


def wrap(value: Value) -> Any:
    """Return the traced object for a value of the program."""
    return TracedArray(value) if isinstance(value.aval, Array) else TracedNumber(value)


# What attribute access on an array or NumPy scalar gives; `methods` fills it.
MEMBERS: dict[str, Callable[[Any], Any]] = {}


def member(traced: Traced, name: str) -> Any:
    """Return an attribute or bound method of an array or NumPy scalar."""
    if isinstance(traced.aval, Scalar) and not hasattr(np.generic, name):
        raise AttributeError(f"'numpy.{traced.aval.dtype.value}' object has no attribute {name!r}")
    rule = MEMBERS.get(name)
    if rule is None:
        if hasattr(np.ndarray, name):
            raise NoRuleError(
                f"ndarray.{name} has no derivative rule yet",
                remedy="write it with supported functions (docs/semantics.md lists them)",
                origin=current().place(),
            )
        raise AttributeError(f"'numpy.ndarray' object has no attribute {name!r}")
    return rule(traced)


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
