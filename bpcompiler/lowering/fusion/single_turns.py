"""A loop of one turn is its body."""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.substitution import in_block, in_equation, substituted
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.nests import INDEX
from bpcompiler.primitives.loops import for_

FIRST = literal(0, like=INDEX)


def without_single_turns(program: Program) -> Program:
    """Return the program where `for j in range(1)` is what stands in it, with j = 0."""
    return replace(program, block=_in_block(program.block))


def _in_block(block: Block) -> Block:
    instead: dict[Value, Operand] = {}
    equations: list[Equation] = []
    for old in block.equations:
        eqn = in_equation(old, instead)
        if eqn.blocks:
            eqn = replace(eqn, blocks=tuple(map(_in_block, eqn.blocks)))
        if _is_single(eqn):
            equations += _body(eqn, instead)
        else:
            equations.append(eqn)
    results = tuple(substituted(result, instead) for result in block.results)
    return Block(block.params, tuple(equations), results)


def _is_single(eqn: Equation) -> bool:
    if eqn.primitive is not for_ or eqn.attrs.get("exits"):
        return False
    index = eqn.blocks[0].params[0].aval
    given = [operand.value for operand in eqn.operands[:3] if isinstance(operand, Literal)]
    return given == [0, 1, 1] and isinstance(index, Scalar) and index.size is None


def _body(eqn: Equation, instead: dict[Value, Operand]) -> tuple[Equation, ...]:
    (body,) = eqn.blocks
    inside: dict[Value, Operand] = dict(zip(body.params, (FIRST, *eqn.operands[3:]), strict=True))
    turn = in_block(body, inside)
    instead.update(zip(eqn.outputs, turn.results, strict=True))
    return turn.equations
