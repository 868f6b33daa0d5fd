"""What nobody reads goes: numbers, and buffers that are only written. The caller reads what is his."""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.program import Program
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.primitives.dead import Policy, without_dead


def without_unread(program: Program) -> Program:
    """Return the program without what nobody reads."""
    memory = Memory(program.block)
    policy = Policy(lambda eqn: not eqn.blocks and memory.changes_argument(eqn), lambda eqn, number: True)
    return replace(program, block=without_dead(program.block, policy))
