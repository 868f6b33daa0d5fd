"""The pass: loops of a block that may run turn by turn become one, then the loops in their bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from bpcompiler.ir.equations import Block, Equation
from bpcompiler.ir.program import Program
from bpcompiler.lowering.fusion.clusters import Clusters
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.merging import merged
from bpcompiler.lowering.fusion.ranges import Sizes, sizes_in
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import as_size


def fused(program: Program) -> Program:
    """Return the program with fewer, longer loops."""
    memory = Memory(program.block)
    return replace(program, block=_in_block(program.block, memory, sizes_in(program.block)))


def _in_block(block: Block, memory: Memory, sizes: Sizes) -> Block:
    equations = tuple(
        replace(eqn, blocks=tuple(_in_block(inner, memory, sizes) for inner in eqn.blocks))
        if eqn.blocks
        else eqn
        for eqn in _regrouped(block, memory, sizes)
    )
    return replace(block, equations=equations)


def _regrouped(block: Block, memory: Memory, sizes: Sizes) -> Iterator[Equation]:
    """Yield the equations, with loops merged. What a symbol stands for is said before it is mentioned."""
    for binds, some in groupby(block.equations, lambda eqn: eqn.primitive is as_size):
        equations = list(some)
        if binds or sum(eqn.primitive is for_ for eqn in equations) < 2:
            yield from equations
            continue
        clusters = Clusters(equations, memory, sizes)
        for members in clusters.dependences.in_order():
            loops = [equations[at] for at in members]
            yield loops[0] if len(loops) == 1 else merged(loops)
