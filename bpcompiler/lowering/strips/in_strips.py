"""The pass: runs of array equations over a long axis become loops over strips.

    z = X - m[:, None, :]                  for start in range(0, n, 128):
    ... z @ w ...                 becomes      z of the elements from start on, as (k, d, count)
    np.sum(z * z, axis=2)                      ... all that is computed of it

What belongs to a strip is computed there, one equation after the other, and stays in the cache. Elements are
computed as before; sums over the long axis are added up strip by strip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count, groupby

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Effect, Equation, Value, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.lowering.prune import prune
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.lowering.strips.loop import StripLoop
from bpcompiler.lowering.strips.profit import Profit
from bpcompiler.lowering.strips.schedule import Schedule, has_rule
from bpcompiler.primitives import indexing, lapack, regions, stores

IN_PLACE = {
    *(stores.setitem, stores.setslice, indexing.add_at),
    *(regions.as_size, regions.undefined, lapack.cholesky_adjoint),
}


def in_strips(program: Program, sizes: Mapping[Symbol, int]) -> Program:
    """Return the program with loops over strips, where they are worth while for such sizes."""
    profit = Profit(sizes)
    if not sizes or profit.axis(program.equations) is None:
        return program
    strips = _Strips(prune(program), profit)
    return replace(program, block=strips.block, names=strips.names)


class _Strips:
    def __init__(self, program: Program, profit: Profit) -> None:
        self.names, self.profit = dict(program.names), profit
        self._numbers = count()
        self.block = self._in_block(program.block)

    def _in_block(self, block: Block) -> Block:
        runs = [list(some) for _, some in groupby(block.equations, _is_pure)]
        found: list[Equation] = []
        for at, run in enumerate(runs):
            if _is_pure(run[0]):
                later = (eqn for other in runs[at + 1 :] for eqn in other)
                found += self._run(run, _read(block, later))
            else:
                found += run
        return replace(block, equations=tuple(found))

    def _run(self, run: list[Equation], outside: set[Value]) -> Sequence[Equation]:
        axis = self.profit.axis(run)
        if axis is None:
            return run
        schedule = self._schedule(run, axis)
        emit = Builder()
        emit.names = self.names
        for loop in range(schedule.count + 1):
            emit.equations += schedule.in_front_of(loop)
            members = schedule.members(loop)
            if members:
                strips = StripLoop(emit, axis, self.profit.length(axis, members), next(self._numbers))
                strips.write(members, schedule.wanted_whole(loop, outside))
        return emit.equations

    def _schedule(self, run: list[Equation], axis: Axis) -> Schedule:
        """Return the schedule whose loops are all worth while."""
        may = {eqn for eqn in run if has_rule(axis, eqn)}
        while True:
            schedule = Schedule(run, axis, may.__contains__)
            wrong = [
                eqn
                for loop in range(schedule.count)
                if not self.profit.suits(axis, members := schedule.members(loop))
                for eqn in members
            ]
            if not wrong:
                return schedule
            may.difference_update(wrong)


def _is_pure(eqn: Equation) -> bool:
    return not eqn.blocks and eqn.primitive.effect is Effect.NONE and eqn.primitive not in IN_PLACE


def _read(block: Block, equations: Iterable[Equation]) -> set[Value]:
    """Return what these equations, and those after the block, read."""
    found = {result for result in block.results if isinstance(result, Value)}
    for eqn in equations:
        found.update(values_used(eqn))
    return found
