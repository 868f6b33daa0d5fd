"""One trace: the program under construction, and what the interpreter asks of it (`Hooks`)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from bpcompiler.errors import DtypeError, Error, NeedsValueError, Origin, ShapeError, StoreError
from bpcompiler.frontend.decisions import Decisions
from bpcompiler.frontend.dtypes import dtype_of_array, scalar_aval
from bpcompiler.frontend.leaf_names import outside_name
from bpcompiler.frontend.needs import needs_value
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Primitive, Value
from bpcompiler.ir.types import BOOL, Array, Aval, Scalar
from bpcompiler.primitives import arithmetic, piecewise
from bpcompiler.primitives.creation import constant
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.shapes import reshape
from bpcompiler.primitives.type_rules import shape_text

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

Path = tuple[tuple[Any, ...], ...]
# What NumPy's arithmetic is on bools; Python's own count as integers.
ON_BOOLS = {
    arithmetic.add: piecewise.logical_or,
    arithmetic.mul: piecewise.logical_and,
    piecewise.maximum: piecewise.logical_or,
    piecewise.minimum: piecewise.logical_and,
    piecewise.abs: piecewise.alias,
}
_CURRENT: ContextVar[Trace | None] = ContextVar("current trace", default=None)


class Storage:
    """The memory of an array that is being traced. Its versions are the trace's: they fork with it.

    `home` is the trace that it was made in. `array`: the caller's, of an input. `outside`: what an array from
    outside is called. `copied`: it starts as a copy, which is made when something is stored into it.
    """

    __slots__ = ("array", "copied", "home", "initial", "outside", "readonly")

    def __init__(self, initial: Value) -> None:
        self.initial = initial
        self.home = _CURRENT.get()
        self.outside = ""
        self.copied: bool | str = False
        self.readonly = False
        self.array: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Borrowed:
    """Of an array that is one of several: which versions of them it is. It is right as long as they stay."""

    versions: tuple[tuple[Storage, Value], ...]
    name: str

    def check(self, trace: Trace) -> None:
        """Raise StoreError if one of the arrays was written to since."""
        if any(trace.version(storage) is not version for storage, version in self.versions):
            raise StoreError(
                f"{self.name or 'an array'} is one of several arrays, which one depends on traced values, and "
                "one of them was written to since",
                remedy="make a copy where they meet: a = (u if c else v).copy()",
                origin=trace.place(),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """The program at one moment, in the block that is being traced."""

    equations: list[Equation]
    count: int
    names: dict[Value, str]
    constants: dict[int, tuple[Any, Value]]
    versions: dict[Storage, Value]
    seen: dict[Any, tuple[Value, Value]]
    ambiguous: dict[Storage, tuple[Origin | None, Origin | None, str]]
    borrowed: dict[Storage, Borrowed]

    def is_stale(self, storage: Storage) -> bool:
        """Return whether an array is borrowed from others, and one of them was written to since."""
        lenders = self.borrowed[storage].versions if storage in self.borrowed else ()
        return any(self.versions.get(each, each.initial) is not v or self.is_stale(each) for each, v in lenders)


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


class Trace:
    """The hooks of the interpreter, and the means to add equations."""

    def __init__(
        self,
        decisions: Decisions,
        handlers: Callable[[object], Callable[..., Any] | None],
        wrap: Callable[[Value], Any],
    ) -> None:
        self.builder = Builder()
        self.decisions = decisions
        self.hidden: list[tuple[Path, Value]] = []
        self.hidden_names: list[str] = []
        self.interpreter: Interpreter | None = None
        self._handlers = handlers
        self._wrap = wrap
        self._constants: dict[int, tuple[Any, Value]] = {}
        self.relations: dict[Value, tuple[str, Any, Any]] = {}
        self.logic: dict[Value, tuple[str, Any, Any]] = {}
        self.versions: dict[Storage, Value] = {}
        self.arrays: list[Storage] = []  # of the inputs
        self.layouts: dict[Storage, str | tuple[int, ...]] = {}  # of inputs whose strides matter
        self.made: dict[Value, Any] = {}  # how arrays lie in memory: see `layouts`
        self.reshapes: list[Any] = []  # weak references to reshaped arrays that may be views or copies
        self.perhaps: dict[Storage, str] = {}  # joined from an argument's array and another one: its name
        self.unsure: list[tuple[str, Origin | None]] = []  # stores into those
        self.numbers = itertools.count()  # of the integers that sizes mention
        self.seen: dict[Any, tuple[Value, Value]] = {}  # by view: its parent's version, what it shows then
        # Arrays whose storage differs between the edges into a join: where, and what to say of a store.
        self.ambiguous: dict[Storage, tuple[Origin | None, Origin | None, str]] = {}
        self.borrowed: dict[Storage, Borrowed] = {}
        self.bound: dict[tuple[Storage | None, str], Origin | None] = {}  # where a name got an array

    # ------------------------------------------------------------------ the interpreter's hooks

    def is_traced(self, value: object) -> bool:
        """Return whether this is a value of the program under construction."""
        return isinstance(value, Traced)

    def handler(self, function: object) -> Callable[..., Any] | None:
        """Return what stands in for a function while tracing, if anything does.

        A transform (`bp.grad(g)`) writes its own equations: it has a method `call_in_trace`.
        """
        if getattr(function, "makes_transforms", False):  # bp.grad(g) itself: nothing is computed yet
            return function  # type: ignore[return-value]
        in_trace = getattr(type(function), "call_in_trace", None)
        return partial(in_trace, function, self) if in_trace is not None else self._handlers(function)

    def truth(self, value: Any) -> bool:
        """Decide a condition on sizes; a condition on anything else cannot be decided while tracing."""
        if (relation := self.relations.get(value.value)) is not None:
            name, left, right = relation
            return self.decide(name, left, right)
        if isinstance(value.aval, Scalar) and value.aval.size is not None:
            return not self.decisions.equal(value.aval.size, 0)
        raise needs_value(value, "a condition")

    stages = True

    def undecided(self, value: Any, *, loop: bool = False) -> bool:
        """Return whether a condition becomes a branch of the program: only dimensions decide it now."""
        if not isinstance(value, Traced) or any(size != 1 for size in value.aval.shape):
            return False
        parts = self._decided_by(value)
        if parts is None:
            return True
        name, left, right = self.relations.get(value.value, ("not_equal", *parts))
        if self.known(name, left, right) is not None:
            return False
        if self.decisions.eager and self.decisions.decidable(left, right):
            return False
        return loop or not self.decisions.dimensions(left, right)

    def decidable(self, value: Any) -> bool:
        """Return whether the call at hand can decide a condition."""
        parts = self._decided_by(value)
        return parts is not None and self.decisions.decidable(*parts)

    def _decided_by(self, value: Any) -> tuple[Any, Any] | None:
        """Return the sizes that decide a condition."""
        if (relation := self.relations.get(value.value)) is not None:
            return relation[1:]
        return (
            (value.aval.size, 0) if isinstance(value.aval, Scalar) and value.aval.size is not None else None
        )

    def facts(self, value: Any, holds: bool) -> list[Any]:
        """Return the sizes that are known not to be negative where a condition holds, or does not."""
        if value.value in self.logic:
            word, one, other = self.logic[value.value]
            if word == "not":
                return self.facts(one, not holds)
            return [*self.facts(one, holds), *self.facts(other, holds)] if holds is (word == "and") else []
        name, left, right = self.relations.get(value.value, ("", 0, 0))
        if not holds:
            opposites = {"less": "greater_equal", "greater": "less_equal", "not_equal": "equal"}
            opposites |= {other: one for one, other in opposites.items()}
            name = opposites.get(name, "")
        return {
            "less": [right - left - 1],
            "less_equal": [right - left],
            "greater": [left - right - 1],
            "greater_equal": [left - right],
            "equal": [left - right, right - left],
        }.get(name, [])

    def condition(self, value: Any) -> Operand:
        """Return the bool that a traced number or array of one element is as a condition."""
        operand = self.operand(value)
        if operand.aval.shape:
            operand = self.operand(self.emit(reshape, value, shape=()))
        operand = self.number_of(operand)
        if operand.aval.dtype is BOOL:
            return operand
        return self.operand(self.elementwise(piecewise.not_equal, self.rewrap(operand), 0))

    def known(self, relation: str, left: Any, right: Any) -> bool | None:
        """Return the answer of a comparison of two sizes, where it is known for all calls; else None."""
        negated = {"not_equal": "equal", "less_equal": "greater", "greater_equal": "less"}
        if relation in negated:
            answer = self.known(negated[relation], left, right)
            return None if answer is None else not answer
        if relation == "equal":
            return self.decisions.known_equal(left, right)
        return self.decisions.known_less(*((left, right) if relation == "less" else (right, left)))

    def decide(self, relation: str, left: Any, right: Any) -> bool:
        """Decide a comparison of two sizes."""
        decisions = self.decisions
        answers: dict[str, Callable[[], bool]] = {
            "equal": lambda: decisions.equal(left, right),
            "not_equal": lambda: not decisions.equal(left, right),
            "less": lambda: decisions.less(left, right),
            "greater": lambda: decisions.less(right, left),
            "less_equal": lambda: not decisions.less(right, left),
            "greater_equal": lambda: not decisions.less(left, right),
        }
        return answers[relation]()

    def static(self, value: Any, why: str) -> Any:
        """Return the number of a traced integer that the arguments determine."""
        if isinstance(value.aval, Scalar) and value.aval.size is not None:
            return self.decisions.number(value.aval.size)
        raise needs_value(value, why)

    def format(self, value: Any, spec: str) -> str:
        """Integers that the arguments determine are formatted; nothing else can be."""
        return format(self.static(value, "formatting"), spec)

    def adopt(self, value: Any, path: Path) -> Any:
        """Return the hidden input for a float or array that was read from outside."""
        name = outside_name(path)
        unique = f"{name}.{len(self.hidden)}"
        hidden = self.builder.input(self.abstract(value, unique), name)
        self.hidden_names.append(unique)
        self.hidden.append((path, hidden))
        adopted = self._wrap(hidden)
        if isinstance(hidden.aval, Array):
            adopted.storage.outside, adopted.storage.array = name, value
            self.arrays.append(adopted.storage)
        return adopted

    def named(self, name: str, value: Any) -> None:
        """The first name that a value gets is its name."""
        storage = getattr(value, "storage", None) if isinstance(value, Traced) else None
        if isinstance(value, Traced) and storage not in self.borrowed:
            self.builder.names.setdefault(value.latest, name)
        if storage is not None:
            self.bound[storage, name] = self.builder.origin

    def statement(self, origin: Origin) -> None:
        """Equations come from this statement from now on."""
        self.builder.origin = origin

    @property
    def limits(self) -> int:
        """The most turns of a loop that are unrolled."""
        return self.interpreter.limits.unroll if self.interpreter is not None else 0

    def nested(self) -> Trace:
        """Return a trace for a function inside this one: same sizes and interpreter, its own equations."""
        inner = Trace(self.decisions, self._handlers, self._wrap)
        inner.interpreter, inner.relations, inner.logic = self.interpreter, self.relations, self.logic
        inner.versions, inner.ambiguous, inner.borrowed = self.versions, self.ambiguous, self.borrowed
        inner.seen, inner.numbers, inner.made = dict(self.seen), self.numbers, self.made
        inner.perhaps, inner.unsure = self.perhaps, self.unsure
        inner.arrays, inner.layouts, inner.reshapes = self.arrays, self.layouts, self.reshapes
        inner.builder.origin = self.builder.origin
        return inner

    # ------------------------------------------------------------------ forking

    def snapshot(self) -> Mark:
        """Return a token for the program as it is: a part of the interpreter's snapshots."""
        builder = self.builder
        return Mark(
            builder.equations,
            len(builder.equations),
            dict(builder.names),
            dict(self._constants),
            dict(self.versions),
            dict(self.seen),
            dict(self.ambiguous),
            dict(self.borrowed),
        )

    def restore(self, token: Any) -> None:
        """Take back the equations and names that came after the token, and go on in its block.

        Hidden inputs stay: the record of reads knows them, and an input that nobody reads does no harm.
        """
        hidden = {value: self.builder.names[value] for _, value in self.hidden if value in self.builder.names}
        self.builder.equations = token.equations
        del self.builder.equations[token.count :]
        self.builder.names = {**token.names, **hidden}
        self._constants = dict(token.constants)
        self.versions, self.seen = dict(token.versions), dict(token.seen)
        self.ambiguous, self.borrowed = dict(token.ambiguous), dict(token.borrowed)

    def version(self, storage: Storage) -> Value:
        """Return the array that a storage holds now."""
        if storage in self.borrowed:
            self.borrowed[storage].check(self)
        return self.versions.get(storage, storage.initial)

    def write(self, storage: Storage, value: Value) -> None:
        """Let a storage hold another version from now on: every reference to it sees that."""
        self.versions[storage] = value

    # ------------------------------------------------------------------ adding equations

    def abstract(self, value: Any, name: str) -> Aval:
        """Return the type of an argument or outside value; its dimensions are symbols called after it."""
        if isinstance(value, np.ndarray):
            shape = tuple(self.decisions.symbol(f"{name}_{axis}", n) for axis, n in enumerate(value.shape))
            return Array(dtype_of_array(value), shape)
        aval = scalar_aval(value)
        if type(value) is int:
            size = self.decisions.symbol(name, value, nonnegative=False)
            return Scalar(aval.dtype, weak=True, size=size)
        return aval

    def operand(self, value: Any) -> Operand:
        """Return a traced or ordinary value as an operand."""
        if isinstance(value, Traced):
            return value.value
        if isinstance(value, np.ndarray):
            return self.constant(value)
        aval = scalar_aval(value)
        number = value.item() if isinstance(value, np.generic) else value
        if aval.weak and type(number) is int:
            if not -(2**63) <= number < 2**63:
                raise DtypeError(
                    f"the integer {number} does not fit in 64 bits",
                    remedy=f"write it as a float: {float(number)!r}",
                )
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
        ndim = max(map(len, shapes), default=0)
        padded = [(1,) * (ndim - len(shape)) + tuple(shape) for shape in shapes]
        for dims in zip(*padded, strict=True):
            wide = [size for size in dict.fromkeys(dims) if size != 1]
            for other in wide[1:]:
                self.match(wide[0], other, shapes)

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

    def place(self) -> Origin | None:
        """Return where in the user's code the trace is."""
        found = self.interpreter.origin() if self.interpreter is not None else None
        return found or self.builder.origin


def _is_python_number(aval: Aval) -> bool:
    return isinstance(aval, Scalar) and aval.weak


def current() -> Trace:
    """Return the trace in progress."""
    trace = _CURRENT.get()
    if trace is None:
        raise NeedsValueError("a traced value was used after its trace had ended")
    return trace


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """Let this be the trace in progress."""
    token = _CURRENT.set(trace)
    try:
        yield trace
    finally:
        _CURRENT.reset(token)
