"""What the lowered program does without: second names, and equations that nobody reads.

The staged source keeps every line that the user wrote; machine code need not. Effects stay.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value, values_used
from bpcompiler.ir.program import Program
from bpcompiler.primitives.piecewise import alias, stop_gradient

SECOND_NAMES = {alias, stop_gradient}


def prune(program: Program) -> Program:
    """Return the program without second names and dead equations."""
    return remove_dead(forward_names(program))


def forward_names(program: Program) -> Program:
    """Return the program with every second name replaced by the first one."""
    first: dict[Value, Operand] = {}

    def read(operand: Operand) -> Operand:
        return first.get(operand, operand) if isinstance(operand, Value) else operand

    kept: list[Equation] = []
    for eqn in program.equations:
        operands = tuple(map(read, eqn.operands))
        if eqn.primitive in SECOND_NAMES and operands[0].aval == eqn.output.aval:
            first[eqn.output] = operands[0]
        else:
            kept.append(eqn if operands == eqn.operands else replace(eqn, operands=operands))
    block = Block(program.block.params, tuple(kept), tuple(map(read, program.block.results)))
    return replace(program, block=block)


def remove_dead(program: Program) -> Program:
    """Return the program without equations whose outputs are read by nobody; effects stay."""
    live = {result for result in program.outputs if isinstance(result, Value)}
    kept: list[Equation] = []
    for eqn in reversed(program.equations):
        if eqn.primitive.effect is not Effect.NONE or any(value in live for value in eqn.outputs):
            kept.append(eqn)
            live.update(values_used(eqn))
    block = Block(program.block.params, tuple(reversed(kept)), program.block.results)
    return replace(program, block=block)
