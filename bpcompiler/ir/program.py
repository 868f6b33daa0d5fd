"""A program: a block with a name, and names for its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.printer import format_program


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A block with a name. `names` has the user's name of a value, where there is one.

    `derivatives` says of which value a cotangent or tangent is one, for its name: ("d{}", x), ("{}_dot", x).
    """

    name: str
    block: Block
    names: Mapping[Value, str] = field(default_factory=dict)
    derivatives: Mapping[Value, tuple[str, Value]] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The parameters."""
        return self.block.params

    @property
    def equations(self) -> tuple[Equation, ...]:
        """The equations of the outermost block."""
        return self.block.equations

    @property
    def outputs(self) -> tuple[Operand, ...]:
        """What the program returns."""
        return self.block.results

    def __str__(self) -> str:
        return format_program(self.name, self.block, self.names)
