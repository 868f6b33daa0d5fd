"""Builds a block, equation by equation; every equation is typed as it is added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bpcompiler.errors import Error, Origin
from bpcompiler.ir.equations import NO_ATTRS, Block, Equation, Operand, Primitive, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Aval


class Builder:
    """Collects equations. `origin` and `phase` are given to each one that is added."""

    def __init__(
        self,
        equations: Sequence[Equation] = (),
        names: Mapping[Value, str] | None = None,
        derivatives: Mapping[Value, tuple[str, Value]] | None = None,
    ) -> None:
        self.equations = list(equations)
        self.names: dict[Value, str] = dict(names or {})
        self.derivatives: dict[Value, tuple[str, Value]] = dict(derivatives or {})
        self.origin: Origin | None = None
        self.phase: tuple[str, ...] = ()

    def input(self, aval: Aval, name: str = "") -> Value:
        """Return a new value that no equation defines: a parameter."""
        value = Value(aval)
        if name:
            self.names[value] = name
        return value

    def emit(
        self, primitive: Primitive, *operands: Operand, blocks: tuple[Block, ...] = (), **attrs: Any
    ) -> tuple[Value, ...]:
        """Add an equation and return its outputs, typed by the primitive's rule."""
        try:
            avals = primitive.infer(tuple(operand.aval for operand in operands), attrs, blocks)
        except Error as error:
            raise error.with_origin(self.origin) from None
        outputs = tuple(Value(aval) for aval in avals)
        self.equations.append(
            Equation(primitive, operands, outputs, attrs or NO_ATTRS, blocks, self.origin, self.phase)
        )
        return outputs

    def one(self, primitive: Primitive, *operands: Operand, **attrs: Any) -> Value:
        """Add an equation with one output and return that."""
        (value,) = self.emit(primitive, *operands, **attrs)
        return value

    @contextmanager
    def at(self, origin: Origin | None, phase: tuple[str, ...]) -> Iterator[None]:
        """Give what is added inside this place and phase."""
        before = self.origin, self.phase
        self.origin, self.phase = origin, phase
        try:
            yield
        finally:
            self.origin, self.phase = before

    def inside(self) -> Builder:
        """Return a builder for a nested block: the same names, place and phase."""
        inner = Builder()
        inner.names, inner.derivatives = self.names, self.derivatives
        inner.origin, inner.phase = self.origin, self.phase
        return inner

    def block(self, params: Sequence[Value], results: Sequence[Operand]) -> Block:
        """Return what was collected as a block."""
        return Block(tuple(params), tuple(self.equations), tuple(results))

    def program(self, name: str, params: Sequence[Value], results: Sequence[Operand]) -> Program:
        """Return what was collected as a program."""
        return Program(name, self.block(params, results), dict(self.names), dict(self.derivatives))
