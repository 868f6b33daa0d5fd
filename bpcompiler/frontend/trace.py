"""One trace: the program under construction, and what the interpreter asks of it (`Hooks`)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from bpcompiler.errors import NeedsValueError, Origin
from bpcompiler.frontend.decisions import Decisions
from bpcompiler.frontend.dtypes import dtype_of_array, scalar_aval
from bpcompiler.frontend.emitting import Emitter, Traced, require_fit
from bpcompiler.frontend.leaf_names import outside_name
from bpcompiler.frontend.needs import needs_value
from bpcompiler.frontend.storage import CURRENT, Borrowed, Mark, Storage
from bpcompiler.ir.equations import Value
from bpcompiler.ir.types import Array, Aval, Scalar

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

Path = tuple[tuple[Any, ...], ...]
_CURRENT = CURRENT


class Trace(Emitter):
    """The hooks of the interpreter, and the means to add equations."""

    def __init__(
        self,
        decisions: Decisions,
        handlers: Callable[[object], Callable[..., Any] | None],
        wrap: Callable[[Value], Any],
    ) -> None:
        super().__init__(decisions, wrap)
        self.hidden: list[tuple[Path, Value]] = []
        self.hidden_names: list[str] = []
        self.interpreter: Interpreter | None = None
        self._handlers = handlers
        self.versions: dict[Storage, Value] = {}
        self.arrays: list[Storage] = []  # of the inputs
        self.layouts: dict[Storage, str | tuple[int, ...]] = {}  # of inputs whose strides matter
        self.reshapes: list[Any] = []  # weak references to reshaped arrays that may be views or copies
        self.stored: dict[Storage, Origin | None] = {}  # where an array is stored into first
        self.perhaps: dict[Storage, str] = {}  # joined from an argument's array and another one: its name
        self.listed: set[Storage] = set()  # arrays that a list holds to which a loop appends
        self.unsure: list[tuple[str, Origin | None]] = []  # stores into those
        self.numbers = itertools.count()  # of the integers that sizes mention
        self.seen: dict[Any, tuple[Value, Value]] = {}  # by view: its parent's version, what it shows then
        # Arrays whose storage differs between the edges into a join: where, and what to say of a store.
        self.ambiguous: dict[Storage, tuple[Origin | None, Origin | None, str]] = {}
        self.borrowed: dict[Storage, Borrowed] = {}
        self.without_dimensions: set[Value] = set()  # numbers that are arrays to NumPy: of np.where
        self.part_names: dict[Value, str] = {}  # what loops carry of containers, by its place there
        self.renamed: Callable[[str], str] = str  # by `tree_map`: names tell the leaf that they belong to
        self.bound: dict[tuple[Storage | None, str], Origin | None] = {}  # where a name got an array

    # ------------------------------------------------------------------ the interpreter's hooks

    def is_traced(self, value: object) -> bool:
        """Return whether this is a value of the program under construction."""
        return isinstance(value, Traced)

    def handler(self, function: object) -> Callable[..., Any] | None:
        """Return what stands in for a function while tracing, if anything does.

        A transform (`bp.grad(g)`) writes its own equations: it has a method `call_in_trace`. A function
        like `bp.jvp` has an attribute: what a trace calls instead.
        """
        if getattr(function, "makes_transforms", False):  # bp.grad(g) itself: nothing is computed yet
            return function  # type: ignore[return-value]
        in_trace = getattr(type(function), "call_in_trace", None)
        if in_trace is not None:
            return partial(in_trace, function, self)
        instead = getattr(function, "in_trace", None) if isinstance(function, FunctionType) else None
        return partial(instead, self) if instead is not None else self._handlers(function)

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
            self.builder.names.setdefault(value.latest, self.renamed(name))
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
        inner.stored, inner.listed = self.stored, self.listed
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
            self.borrowed[storage].check(self, storage)
        return self.versions.get(storage, storage.initial)

    def write(self, storage: Storage, value: Value) -> None:
        """Let a storage hold another version from now on: every reference to it sees that."""
        self.versions[storage] = value

    def abstract(self, value: Any, name: str) -> Aval:
        """Return the type of an argument or outside value; its dimensions are symbols called after it."""
        if isinstance(value, np.ndarray):
            shape = tuple(self.decisions.symbol(f"{name}_{axis}", n) for axis, n in enumerate(value.shape))
            return Array(dtype_of_array(value), shape)
        aval = scalar_aval(value)
        if type(value) is int:
            require_fit(value)
            size = self.decisions.symbol(name, value, nonnegative=False)
            return Scalar(aval.dtype, weak=True, size=size)
        return aval

    def place_of_change(self, container: object) -> Origin | None:
        """Return where in the user's code a container of the trace was changed last."""
        if self.interpreter is None:
            return None
        return self.interpreter.state.place_of_change(container)  # type: ignore[no-any-return]

    def place(self) -> Origin | None:
        """Return where in the user's code the trace is."""
        found = self.interpreter.origin() if self.interpreter is not None else None
        return found or self.builder.origin


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


__all__ = ["Trace", "Traced", "current", "tracing"]
