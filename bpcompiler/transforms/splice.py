"""Branches whose condition is a literal become the equations of the side that is taken.

A region that is run again in the reverse (`planning.replay`) is such a branch until the last derivative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, with_operands
from bpcompiler.ir.program import Program
from bpcompiler.primitives.regions import if_


def spliced(program: Program) -> Program:
    """Return the program without branches that are decided."""
    if not any(eqn.blocks for eqn in program.equations):
        return program
    return replace(program, block=_block(program.block, {}))


def _block(block: Block, same: dict[Value, Operand]) -> Block:
    equations = tuple(_equations(block.equations, same))
    return Block(block.params, equations, tuple(_read(result, same) for result in block.results))


def _equations(equations: Iterable[Equation], same: dict[Value, Operand]) -> Iterator[Equation]:
    for eqn in equations:
        operands = tuple(_read(operand, same) for operand in eqn.operands)
        if eqn.primitive is if_ and isinstance(operands[0], Literal):
            taken = eqn.blocks[0 if operands[0].value else 1]
            yield from _equations(with_operands(taken, same).equations, same)
            for output, result in zip(eqn.outputs, taken.results, strict=True):
                same[output] = _read(result, same)
        else:
            yield replace(eqn, operands=operands, blocks=tuple(_block(inner, same) for inner in eqn.blocks))


def _read(operand: Operand, same: dict[Value, Operand]) -> Operand:
    return same.get(operand, operand) if isinstance(operand, Value) else operand
