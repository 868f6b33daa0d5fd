"""Traced values: what the user's code holds in place of numbers and arrays.

They have the operators, attributes and methods of what they stand for; each adds equations to the trace in
progress. Nothing here knows derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bpcompiler.errors import DtypeError, NoRuleError, UnsupportedError
from bpcompiler.frontend import stores
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.operators import (
    beside,
    binary,
    bitwise,
    call_numpy,
    comparison,
    matmul,
    no_operator,
    power,
)
from bpcompiler.frontend.references import View, fresh, reading
from bpcompiler.frontend.storage import Storage
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Value
from bpcompiler.ir.types import BOOL, INT64, Array, Aval, Scalar, is_weak
from bpcompiler.primitives import arithmetic, piecewise, powers


class TracedNumber(Traced):
    """A Python number or a NumPy scalar."""

    __slots__ = ()

    __add__, __radd__ = binary(arithmetic.add), binary(arithmetic.add, swapped=True)
    __sub__, __rsub__ = binary(arithmetic.sub), binary(arithmetic.sub, swapped=True)
    __mul__, __rmul__ = binary(arithmetic.mul), binary(arithmetic.mul, swapped=True)
    __truediv__, __rtruediv__ = binary(arithmetic.div), binary(arithmetic.div, swapped=True)
    __floordiv__, __rfloordiv__ = binary(arithmetic.floordiv), binary(arithmetic.floordiv, swapped=True)
    __mod__, __rmod__ = binary(powers.mod), binary(powers.mod, swapped=True)
    __and__, __rand__ = bitwise("&", piecewise.logical_and)
    __or__, __ror__ = bitwise("|", piecewise.logical_or)
    __xor__, __rxor__ = bitwise("^", piecewise.logical_xor)
    __lt__, __le__ = comparison(piecewise.less), comparison(piecewise.less_equal)
    __gt__, __ge__ = comparison(piecewise.greater), comparison(piecewise.greater_equal)
    __eq__, __ne__ = comparison(piecewise.equal), comparison(piecewise.not_equal)
    __lshift__ = __rlshift__ = no_operator("<<")
    __rshift__ = __rrshift__ = no_operator(">>")
    __hash__ = None
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
        return fresh(self) if self.aval.shape else current().rewrap(current().number_of(self.value))

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

    def update_item(self, key: Any, compute: Callable[[Any], Any]) -> None:
        """Raise TypeError: a number has no items."""
        compute(self[key])
        raise TypeError("a number does not support item assignment")

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("a number is not iterable")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy calls this where native code applies a ufunc to a traced value."""
        return call_numpy(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """NumPy calls this where native code applies any other function."""
        return call_numpy(function, args, kwargs)

    def attribute(self, name: str) -> Any:
        """Return what the user's `x.name` is: our own attributes are not among it."""
        return getattr(self, name) if name.startswith("__") else self.__getattr__(name)

    def set_attribute(self, name: str, value: Any) -> None:
        """Raise AttributeError: a number has no attributes to be set."""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

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


class TracedArray(TracedNumber):
    """An array. A reference: the names and containers that hold it share its storage.

    A view shares its parent's storage; `view` says how it is read and where it lies.
    """

    __slots__ = ("__weakref__", "owned", "view")

    def __init__(self, value: Value) -> None:
        self.owned = Storage(value)
        self.view: View | None = None

    @property
    def storage(self) -> Storage:
        """The memory: its own, or for a view that of the array it is a view of."""
        return self.owned if self.view is None else self.view.parent.storage

    @property
    def value(self) -> Value:  # type: ignore[override]
        """The array's version now."""
        return current().version(self.storage) if self.view is None else reading(self.view)

    @property
    def latest(self) -> Value:
        """What the array was when it was last looked at."""
        seen = current().seen.get(self.view)
        return self.value if seen is None else seen[1]

    @property
    def aval(self) -> Aval:
        """What is known of the array: no store changes it."""
        return self.storage.initial.aval if self.view is None else self.view.aval

    def __len__(self) -> Any:
        raise needs_value(self, "len() in native code")

    def __iter__(self) -> Iterator[Any]:
        if not self.aval.shape:
            raise TypeError("iteration over a 0-d array")
        rows = current().decisions.number(self.aval.shape[0])
        return self._turns([self[i] for i in range(rows)], self.value)

    def _turns(self, items: list[Any], before: Value) -> Iterator[Any]:
        """Yield the items; a number as it is at its turn, if the array was stored into by then."""
        for i, item in enumerate(items):
            yield item if isinstance(item, TracedArray) or self.value is before else self[i]

    def __getitem__(self, key: Any) -> Any:
        return member(self, "__getitem__")(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        stores.store(self, key, value)

    def __delitem__(self, key: Any) -> None:
        raise ValueError("cannot delete array elements")

    def set_attribute(self, name: str, value: Any) -> None:
        """Raise UnsupportedError: `x.shape = ...` has no rule."""
        raise UnsupportedError(
            f"a store into the attribute {name} of an array",
            remedy="make another array: x.reshape(...), x.astype(...)",
            origin=current().place(),
        )

    def update_item(self, key: Any, compute: Callable[[Any], Any]) -> None:
        """Run `self[key] op= value`, where `compute` is what the operator does to an item."""
        stores.update_item(self, key, compute)

    def __copy__(self) -> Any:
        return fresh(self)

    def __matmul__(self, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        other = beside(self, other)
        return NotImplemented if other is NotImplemented else matmul(other, self)

    __iadd__, __isub__ = stores.inplace("add"), stores.inplace("sub")
    __imul__, __itruediv__ = stores.inplace("mul"), stores.inplace("truediv")
    __ifloordiv__, __imod__ = stores.inplace("floordiv"), stores.inplace("mod")
    __ipow__, __imatmul__ = stores.inplace("pow"), stores.inplace("matmul")
    __iand__, __ior__, __ixor__ = stores.inplace("and"), stores.inplace("or"), stores.inplace("xor")
    __ilshift__, __irshift__ = stores.inplace("lshift"), stores.inplace("rshift")


# Python's own messages say `type(x).__name__`.
TracedNumber.__name__, TracedArray.__name__ = "number", "ndarray"


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
