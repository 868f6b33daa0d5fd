"""What the lowered program does without: second names, carries that no turn changes, and what nobody reads.

The staged source keeps every line that the user wrote; machine code need not. Effects stay.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.primitives.dead import without_dead
from bpcompiler.primitives.identities import without_identities
from bpcompiler.primitives.piecewise import alias, stop_gradient

SECOND_NAMES = {alias, stop_gradient}


def prune(program: Program) -> Program:
    """Return the program without second names, unchanged carries and dead equations."""
    narrow, _ = without_identities(forward_names(program).block, lambda eqn, number: True)
    return replace(program, block=without_dead(narrow))


def forward_names(program: Program) -> Program:
    """Return the program with every second name replaced by the first one."""
    return replace(program, block=_with_first_names(program.block, {}))


def _with_first_names(block: Block, first: dict[Value, Operand]) -> Block:
    def read(operand: Operand) -> Operand:
        return first.get(operand, operand) if isinstance(operand, Value) else operand

    kept: list[Equation] = []
    for eqn in block.equations:
        operands = tuple(map(read, eqn.operands))
        if eqn.primitive in SECOND_NAMES and operands[0].aval == eqn.output.aval:
            first[eqn.output] = operands[0]
        else:
            blocks = tuple(_with_first_names(inner, first) for inner in eqn.blocks)
            kept.append(replace(eqn, operands=operands, blocks=blocks))
    return Block(block.params, tuple(kept), tuple(map(read, block.results)))
