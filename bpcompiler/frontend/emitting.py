"""Traced values, and the equations that a trace adds for what is done with them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, cast

import numpy as np

from bpcompiler.errors import DtypeError, Error, Origin, ShapeError
from bpcompiler.frontend.conditions import Conditions
from bpcompiler.frontend.decisions import Decisions
from bpcompiler.frontend.dtypes import dtype_of_array, scalar_aval
from bpcompiler.frontend.needs import needs_value
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Literal, Operand, Primitive, Value
from bpcompiler.ir.types import BOOL, Array, Aval, Scalar
from bpcompiler.primitives import arithmetic, piecewise
from bpcompiler.primitives.creation import constant
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.shapes import reshape
from bpcompiler.primitives.type_rules import shape_text

# What NumPy's arithmetic is on bools; Python's own count as integers.
ON_BOOLS = {
    arithmetic.add: piecewise.logical_or,
    arithmetic.mul: piecewise.logical_and,
    piecewise.maximum: piecewise.logical_or,
    piecewise.minimum: piecewise.logical_and,
    piecewise.abs: piecewise.alias,
}


class Traced:
    """A value of the program under construction. `tracers` has the classes for numbers and arrays."""

    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Value) -> None:
        self.value = value

    @property
    def latest(self) -> Value:
        """The value, or what an array was when it was last looked at."""
        return self.value

    @property
    def aval(self) -> Aval:
        """What is known of the value."""
        return self.value.aval

    def __bool__(self) -> NoReturn:
        raise needs_value(self, "a condition")

    def __index__(self) -> NoReturn:
        raise needs_value(self, "an index of a Python container")

    def __int__(self) -> NoReturn:
        raise needs_value(self, "int()")

    def __float__(self) -> NoReturn:
        raise needs_value(self, "a Python float")

    def __complex__(self) -> NoReturn:
        raise needs_value(self, "a Python complex")

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise needs_value(self, "NumPy itself")

    def __format__(self, spec: str) -> NoReturn:
        raise needs_value(self, "formatting")

    def __repr__(self) -> str:
        return f"<traced {self.aval}>"


class Emitter(Conditions):
    """Adds equations to the block that is being traced, and says what values are traced."""

    def __init__(self, decisions: Decisions, wrap: Callable[[Value], Any]) -> None:
        super().__init__(decisions)
        self.builder = Builder()
        self._wrap = wrap
        self._constants: dict[int, tuple[Any, Value]] = {}
        self.made: dict[Value, Any] = {}  # how arrays lie in memory: see `layouts`

    @abstractmethod
    def place(self) -> Origin | None:
        """Return where in the user's code the trace is."""

    def condition(self, value: Any) -> Operand:
        """Return the bool that a traced number or array of one element is as a condition."""
        operand = self.operand(value)
        if operand.aval.shape:
            operand = self.operand(self.emit(reshape, value, shape=()))
        operand = self.number_of(operand)
        if operand.aval.dtype is BOOL:
            return operand
        return self.operand(self.elementwise(piecewise.not_equal, self.rewrap(operand), 0))

    def operand(self, value: Any) -> Operand:
        """Return a traced or ordinary value as an operand."""
        if isinstance(value, Traced):
            return value.value
        if isinstance(value, np.ndarray):
            return self.constant(value)
        aval = scalar_aval(value)
        number = value.item() if isinstance(value, np.generic) else value
        if aval.weak and type(number) is int:
            require_fit(number)
            aval = Scalar(aval.dtype, weak=True, size=number)
        return Literal(number, aval)

    def constant(self, array: Any) -> Value:
        """Return an array whose elements are known while tracing."""
        known = self._constants.get(id(array))
        if known is None:
            values = tuple(array.ravel().tolist())
            value = self.note(
                self.builder.one(constant, values=values, shape=array.shape, dtype=dtype_of_array(array))
            )
            known = self._constants[id(array)] = (array, value)
        return known[1]

    def emit(self, primitive: Primitive, *operands: Any, **attrs: Any) -> Any:
        """Add an equation and return its output, wrapped."""
        values = [self.operand(operand) for operand in operands]
        try:
            with self.builder.at(
                self.place(), self.builder.phase
            ):  # the statement, the caret at the operation
                return self._wrap(self.note(self.builder.one(primitive, *values, **attrs)))
        except Error as error:
            raise error.with_origin(self.place()) from None

    def note(self, value: Value) -> Value:
        """Return a value that was just added; of an array it is kept how it was made."""
        if isinstance(value.aval, Array):
            self.made[value] = self.builder.equations[-1]
        return value

    def elementwise(self, primitive: Primitive, *operands: Any, strong: bool = False) -> Any:
        """Add an elementwise equation: shapes are brought together first.

        `strong`: the result is NumPy's, also where all operands are Python numbers.
        """
        values = [self.number_of(self.operand(value)) for value in operands]
        self.broadcast([value.aval.shape for value in values])
        typed = values[1:] if primitive is piecewise.select else values
        python = all(_is_python_number(value.aval) for value in typed)
        if all(value.aval.dtype is BOOL for value in values) and (strong or not python):
            primitive = cast(Primitive, ON_BOOLS.get(primitive, primitive))  # type: ignore[call-overload]
        attrs = {"strong": True} if strong and python else {}
        return self.emit(primitive, *map(self.rewrap, values), **attrs)

    def rewrap(self, operand: Operand) -> Any:
        """Return an operand as `operand` takes it."""
        if isinstance(operand, Value):
            return self._wrap(operand)
        return operand.value if operand.aval.weak else np.dtype(operand.aval.dtype.value).type(operand.value)

    def number_of(self, operand: Operand) -> Operand:
        """Return the element of a 0-d array: NumPy computes with scalars there."""
        if isinstance(operand.aval, Array) and not operand.aval.shape:
            return self.builder.one(getslice, operand, spec=())
        return operand

    def broadcast(self, shapes: Sequence[tuple[Any, ...]]) -> None:
        """Decide all dimensions of an elementwise operation: equal, or 1."""
        self._notice_columns(shapes)
        ndim = max(map(len, shapes), default=0)
        padded = [(1,) * (ndim - len(shape)) + tuple(shape) for shape in shapes]
        for dims in zip(*padded, strict=True):
            wide = [size for size in dict.fromkeys(dims) if size != 1]
            for other in wide[1:]:
                self.match(wide[0], other, shapes)

    def _notice_columns(self, shapes: Sequence[tuple[Any, ...]]) -> None:
        """Let what meets a column be known to be one, if it is: loops over its single element are none."""
        widths = [shape[-1] for shape in shapes if shape]
        if 1 in widths:
            for width in widths:
                self.decisions.notice_one(width)

    def match(self, left: Any, right: Any, shapes: Sequence[tuple[Any, ...]]) -> None:
        """Decide that two dimensions are equal, or that one is 1; else it is NumPy's error."""
        if self.decisions.equal(left, right):
            return
        if self.decisions.equal(left, 1) or self.decisions.equal(right, 1):
            return
        numbers = [tuple(self.decisions.value(size) for size in shape) for shape in shapes]
        texts = " ".join(shape_text(shape) for shape in numbers)
        raise ShapeError(
            f"operands could not be broadcast together with shapes {texts}",
            remedy="reshape one of them, or add an axis with x[:, None]",
            origin=self.place(),
        )

    def require_equal(self, left: Any, right: Any, error: Callable[[int, int], Error]) -> None:
        """Decide that two sizes are equal, or raise what `error` returns for their numbers."""
        if not self.decisions.equal(left, right):
            raise error(self.decisions.value(left), self.decisions.value(right)).with_origin(self.place())


def require_fit(number: int) -> None:
    """Raise DtypeError for an integer that int64 does not hold."""
    if not -(2**63) <= number < 2**63:
        raise DtypeError(
            f"the integer {number} does not fit in 64 bits", remedy=f"write it as a float: {float(number)!r}"
        )


def _is_python_number(aval: Aval) -> bool:
    return isinstance(aval, Scalar) and aval.weak
