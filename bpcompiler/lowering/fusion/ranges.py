"""When two loops count the same turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.sizes import Size
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_

Sizes = Mapping[Value, Equation]


def sizes_in(block: Block) -> Sizes:
    """Return the equations that say what a size is, by what they define."""
    return {eqn.output: eqn for eqn in equations_of(block) if eqn.primitive is size_value}


def turns(eqn: Equation, sizes: Sizes) -> tuple[object, ...] | None:
    """Return what two loops have in common that run over the same indices; None if it is no such loop."""
    if eqn.primitive is not for_ or eqn.attrs.get("exits"):
        return None
    return tuple(_number(operand, sizes) for operand in eqn.operands[:3])


def size_of(operand: Operand, sizes: Sizes) -> Size | None:
    """Return the size that an operand is, if it is one."""
    if isinstance(operand, Literal):
        return int(operand.value)
    eqn = sizes.get(operand)
    return None if eqn is None else eqn.attrs["size"]


def indices_below(equations: Iterable[Equation], sizes: Sizes) -> Iterator[tuple[Value, Size]]:
    """Yield the indices of loops that count up from 0 or more, each with the size that it is less than."""
    for eqn in equations:
        if eqn.primitive is for_:
            start, stop, step = eqn.operands[:3]
            size = size_of(stop, sizes)
            if size is not None and all(isinstance(o, Literal) and o.value >= 0 for o in (start, step)):
                yield eqn.blocks[0].params[0], size


def _number(operand: Operand, sizes: Sizes) -> object:
    if isinstance(operand, Literal):
        return operand.value
    eqn = sizes.get(operand)
    return operand if eqn is None else eqn.attrs["size"]
