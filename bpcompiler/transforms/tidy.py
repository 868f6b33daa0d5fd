"""What a trace carries through loops and branches to be safe, and nobody reads.

The interpreter carries every name that a loop's body binds, for it might be read afterwards. The user's lines
stay; a carry or a result of a branch that nobody reads goes, and so does one that no turn changes.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import Equation
from bpcompiler.ir.program import Program
from bpcompiler.primitives.dead import Policy, without_dead
from bpcompiler.primitives.identities import without_identities
from bpcompiler.transforms.flags import with_known_flags


def _any(eqn: Equation, number: int) -> bool:
    return True


LINES_STAY = Policy(lambda eqn: True, _any)


def tidied(program: Program) -> Program:
    """Return the program without such carries and results; as it is where it has no control flow."""
    if not any(eqn.blocks for eqn in program.equations):
        return program
    block, _ = without_identities(with_known_flags(program).block, _any)
    return replace(program, block=without_dead(block, LINES_STAY))
