"""What a rewrite is, and what it may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bpcompiler.ir.equations import Equation, Literal, Operand, Primitive
from bpcompiler.ir.types import Aval


@dataclass(frozen=True, slots=True)
class Wanted:
    """An equation that is to be made, and the type of its output."""

    primitive: Primitive
    operands: tuple[Operand, ...]
    attrs: Mapping[str, Any]
    aval: Aval


class Program(Protocol):
    """The program under construction, as rewrites see it."""

    def definition(self, operand: Operand, primitive: Primitive) -> Equation | None:
        """Return the equation that defines an operand, if it is of this primitive."""

    def is_near(self, eqn: Equation) -> bool:
        """Return whether an equation belongs to the statement at hand."""

    def is_named(self, operand: Operand) -> bool:
        """Return whether the operand will be a variable."""

    def is_derivative(self, operand: Operand) -> bool:
        """Return whether an operand was computed for the derivative."""

    def make(self, primitive: Primitive, *operands: Operand, **attrs: Any) -> Operand:
        """Return the value of a new equation, simplified."""


Rewrite = Callable[[Program, Wanted], Operand | None]


def number_of(operand: Operand) -> float | None:
    """Return the value of a literal, None for anything else."""
    return operand.value if isinstance(operand, Literal) else None


def unnamed(program: Program, operand: Operand, primitive: Primitive) -> Equation | None:
    """Return the definition of a value of the derivative that will not be a variable."""
    eqn = program.definition(operand, primitive)
    return eqn if eqn is not None and eqn.phase and not program.is_named(operand) else None
