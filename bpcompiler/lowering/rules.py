"""The lowering of every structural primitive: an explicit list of families."""

from __future__ import annotations

import os
from dataclasses import replace

from bpcompiler.ir.program import Program
from bpcompiler.ir.verify import verify
from bpcompiler.lowering import (
    accumulation,
    determinants,
    indexing,
    linalg,
    lower,
    movement,
    order,
    products,
    reductions,
    regions,
    storing,
    tapes,
)
from bpcompiler.lowering.fusion.contraction import contracted
from bpcompiler.lowering.fusion.fuse import fused
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.numbering import numbered
from bpcompiler.lowering.fusion.single_turns import without_single_turns
from bpcompiler.lowering.hoisting import hoisted
from bpcompiler.primitives.dead import Policy, without_dead

for family in (
    *(reductions, order, movement, indexing, products, accumulation, linalg, determinants),
    *(regions, storing, tapes),
):
    lower.RULES.update(family.RULES)


def lowered(program: Program) -> Program:
    """Return the program in loops over elements."""
    in_loops = lower.lower(program)
    if os.environ.get("BPCOMPILER_FUSION") != "off":
        in_loops = in_few_loops(in_loops)
    return hoisted(in_loops)


def in_few_loops(program: Program) -> Program:
    """Return the lowered program with loops merged, and without the buffers between them."""
    for step in (without_single_turns, fused, numbered, without_unread, contracted, numbered, without_unread):
        program = verify(step(program), step.__name__)
    return program


def without_unread(program: Program) -> Program:
    """Return the program without what nobody reads: buffers that are only written among it."""
    memory = Memory(program.block)
    policy = Policy(
        lambda eqn: not eqn.blocks and memory.changes_argument(eqn), lambda eqn, number: True
    )
    return replace(program, block=without_dead(program.block, policy))
