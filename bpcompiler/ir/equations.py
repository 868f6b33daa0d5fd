"""The grammar of programs: structured SSA.

    Program  ::= name, Block                       a Block with a name and names for its values
    Block    ::= params, Equation..., results
    Equation ::= outputs = primitive[attrs] operands { Block... }     from an Origin
    operand  ::= Value | Literal
    Value    ::= a type; defined once: a param or an output
    Literal  ::= a number and its type

A value may be used in the block that defines it, after its definition, and in the blocks nested there.
Blocks nest in equations of control flow only. Values compare by identity; their names live in a table
beside the program. An array is a value: a store makes a new version of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from bpcompiler.errors import Origin
from bpcompiler.ir.types import BOOL, FLOAT64, INT64, Aval, DType, Scalar

Attrs = Mapping[str, Any]
NO_ATTRS: Attrs = MappingProxyType({})


class Effect(Enum):
    """What an equation does besides computing its outputs. Effects keep their order and are never dead."""

    NONE = "none"
    FAULT = "fault"  # may stop the program with an error at the user's line
    OUTPUT = "output"  # prints
    TAPE = "tape"  # allocates, records or recalls: see `primitives.tapes`
    WRITE = "write"  # changes the caller's array


class Value:
    """A value of a program: it has a type and an identity, nothing else."""

    __slots__ = ("aval",)

    def __init__(self, aval: Aval) -> None:
        self.aval = aval

    def __repr__(self) -> str:
        return f"<value {id(self):x}: {self.aval}>"


@dataclass(frozen=True, slots=True)
class Literal:
    """A number in the text of the program."""

    value: bool | int | float
    aval: Scalar


Operand = Value | Literal


@dataclass(frozen=True, eq=False)
class Primitive:
    """An operation: its name, its type rule and its effect. `primitives` says the rest."""

    name: str
    infer: Callable[[tuple[Aval, ...], Attrs, tuple[Block, ...]], tuple[Aval, ...]] = field(repr=False)
    effect: Effect = field(default=Effect.NONE, kw_only=True)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """One step. `phase` tells primal from adjoint: () is the user's, ("backprop",) its adjoint."""

    primitive: Primitive
    operands: tuple[Operand, ...]
    outputs: tuple[Value, ...]
    attrs: Attrs = field(default_factory=lambda: NO_ATTRS)
    blocks: tuple[Block, ...] = ()
    origin: Origin | None = None
    phase: tuple[str, ...] = ()

    @property
    def output(self) -> Value:
        """The only output."""
        (value,) = self.outputs
        return value


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Parameters, equations in order, results."""

    params: tuple[Value, ...]
    equations: tuple[Equation, ...]
    results: tuple[Operand, ...]


def equations_of(block: Block) -> Iterator[Equation]:
    """Yield every equation of a block, those of nested blocks after the one that holds them."""
    for eqn in block.equations:
        yield eqn
        for inner in eqn.blocks:
            yield from equations_of(inner)


def has_effect(eqn: Equation) -> bool:
    """Return whether an equation, or one in its nested blocks, does more than compute its outputs."""
    if eqn.primitive.effect is not Effect.NONE:
        return True
    return any(has_effect(inner) for block in eqn.blocks for inner in block.equations)


def values_used(eqn: Equation) -> Iterator[Value]:
    """Yield the values that an equation reads, free values of its nested blocks included."""
    yield from (operand for operand in eqn.operands if isinstance(operand, Value))
    for block in eqn.blocks:
        yield from free_values(block)


def free_values(block: Block) -> Iterator[Value]:
    """Yield the values that a block reads and does not define."""
    defined = set(block.params)
    for eqn in block.equations:
        yield from (value for value in values_used(eqn) if value not in defined)
        defined.update(eqn.outputs)
    yield from (r for r in block.results if isinstance(r, Value) and r not in defined)


def literal(value: bool | int | float, *, like: Aval | None = None) -> Literal:
    """Return a number as an operand: weak, as in the user's text, or of the type of `like`."""
    from_python = Scalar(_dtype_of(value), weak=True, size=value if type(value) is int else None)
    if like is None:
        return Literal(value, from_python)
    return Literal(value, Scalar(like.dtype, weak=isinstance(like, Scalar) and like.weak))


def _dtype_of(value: bool | int | float) -> DType:
    return BOOL if isinstance(value, bool) else INT64 if isinstance(value, int) else FLOAT64


def with_operands(block: Block, replacements: Mapping[Value, Operand]) -> Block:
    """Return the block with values replaced wherever they are read, in nested blocks too."""

    def read(operand: Operand) -> Operand:
        return replacements.get(operand, operand) if isinstance(operand, Value) else operand

    equations = tuple(
        replace(
            eqn,
            operands=tuple(map(read, eqn.operands)),
            blocks=tuple(with_operands(inner, replacements) for inner in eqn.blocks),
        )
        for eqn in block.equations
    )
    return Block(block.params, equations, tuple(map(read, block.results)))
