"""The pass: sums are taken out of the loops of a program, one after the other."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.ir.program import Program
from bpcompiler.lowering.fusion.gathering.sites import Search
from bpcompiler.lowering.fusion.gathering.taking import Taking
from bpcompiler.lowering.fusion.memory import Memory
from bpcompiler.lowering.fusion.ranges import Sizes, sizes_in
from bpcompiler.primitives.identities import without_identities
from bpcompiler.primitives.loops import for_

MOST = 8  # sums of a loop that are gathered


def gathered(program: Program) -> Program:
    """Return the program where sums of products in nested loops are taken apart."""
    names = dict(program.names)
    memory, sizes = Memory(program.block), sizes_in(program.block)
    found: list[Equation] = []
    for eqn in program.block.equations:
        found += _gathered(eqn, memory, sizes, names)
    block, _ = without_identities(replace(program.block, equations=tuple(found)), lambda eqn, number: True)
    return replace(program, block=block, names=names)


def _gathered(loop: Equation, memory: Memory, sizes: Sizes, names: dict[Value, str]) -> list[Equation]:
    """Return a loop with what stands before and behind it then."""
    before: list[Equation] = []
    after: list[Equation] = []
    for _ in range(MOST):
        if loop.primitive is not for_:
            break
        search = Search(loop, memory, sizes)
        site = search.site()
        if site is None:
            break
        first, loop, last = Taking(search, site, names).parts()
        before, after = [*before, *first], [*last, *after]
        memory, sizes = (
            Memory(Block((), (*before, loop, *after), ())),
            _sizes_in([*before, loop, *after], sizes),
        )
    return [*before, loop, *after]


def _sizes_in(equations: Sequence[Equation], more: Sizes) -> Sizes:
    return ChainMap(dict(sizes_in(Block((), tuple(equations), ()))), dict(more))
