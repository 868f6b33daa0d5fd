"""What a rewrite is, and what it may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bpcompiler.ir.equations import Equation, Literal, Operand, Primitive
from bpcompiler.ir.types import Aval
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.creation import zeros, zeros_like


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

    def is_local(self, eqn: Equation) -> bool:
        """Return whether an equation stands in the block at hand, not in one around it."""

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
    """Return the definition, in this block, of a value of the derivative that will not be a variable.

    What was computed outside of a loop is not computed again in its turns.
    """
    eqn = program.definition(operand, primitive)
    if eqn is None or not eqn.phase or program.is_named(operand) or not program.is_local(eqn):
        return None
    return eqn


def is_zero(program: Program, operand: Operand) -> bool:
    """Return whether an operand is the number 0, or an array of zeros."""
    if number_of(operand) is not None:
        return number_of(operand) == 0
    if any(program.definition(operand, primitive) is not None for primitive in (zeros, zeros_like)):
        return True
    spread = program.definition(operand, broadcast_to)
    return spread is not None and number_of(spread.operands[0]) == 0
