"""Shorter ways to what a program spells out for its reader.

The adjoint of a Cholesky factor is written with triangular systems, as in books; what it ends with says of
what it was made. One kernel gets there with a sixth of the work, and what was written is not needed then.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.equations import NO_ATTRS, Block, Equation
from bpcompiler.ir.program import Program
from bpcompiler.primitives.lapack import cholesky_adjoint
from bpcompiler.primitives.triangles import lower_half


def with_shortcuts(program: Program) -> Program:
    """Return the program with the adjoint of each Cholesky factor as one equation."""
    return replace(program, block=_block(program.block))


def _block(block: Block) -> Block:
    return replace(block, equations=tuple(map(_equation, block.equations)))


def _equation(eqn: Equation) -> Equation:
    if eqn.blocks:
        return replace(eqn, blocks=tuple(map(_block, eqn.blocks)))
    if eqn.primitive is not lower_half or len(eqn.operands) == 1:
        return eqn
    _, low, ct = eqn.operands
    return replace(eqn, primitive=cholesky_adjoint, operands=(ct, low), attrs=NO_ATTRS)
