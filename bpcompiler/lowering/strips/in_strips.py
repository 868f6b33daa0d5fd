"""The pass: runs of array equations over a long axis become loops over strips.

    z = X - m[:, None, :]                  for start in range(0, n, 128):
    ... z @ w ...                 becomes      z of the elements from start on, as (k, d, count)
    np.sum(z * z, axis=2)                      ... all that is computed of it

What belongs to a strip is computed there, one equation after the other, and stays in the cache. Elements are
computed as before; sums over the long axis are added up strip by strip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, groupby
from typing import Protocol

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Effect, Equation, Operand, Value, equations_of, values_used
from bpcompiler.ir.program import Program
from bpcompiler.lowering.lower import STORES
from bpcompiler.lowering.prune import prune
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.lowering.strips.loop import StripLoop
from bpcompiler.lowering.strips.schedule import Reading, Schedule, reading_of
from bpcompiler.primitives import broadcasting, shapes
from bpcompiler.primitives.indexing import getslice
from bpcompiler.primitives.regions import as_size

VIEWS = {broadcasting.expand_dims, broadcasting.squeeze, shapes.transpose, getslice}


class Judgement(Protocol):
    """Says where strips are worth while; `profit` has the one for the sizes of a call."""

    def axis(self, equations: Sequence[Equation]) -> Axis | None:
        """Return the long axis of these equations, if there is one."""

    def suits(self, axis: Axis, members: Sequence[Equation], moved: Collection[Value]) -> bool:
        """Return whether these equations are worth a loop over strips, to and from which arrays are moved."""

    def length(self, axis: Axis, members: Sequence[Equation]) -> int:
        """Return how long its strips are."""


def in_strips(program: Program, judgement: Judgement) -> Program:
    """Return the program with loops over strips, where they are worth while."""
    if judgement.axis([eqn for eqn in equations_of(program.block) if not eqn.blocks]) is None:
        return program
    strips = _Strips(prune(program), judgement)
    return replace(program, block=strips.block, names=strips.names)


class _Strips:
    def __init__(self, program: Program, judgement: Judgement) -> None:
        self.names, self.judgement = dict(program.names), judgement
        self._numbers = count()
        self.block = self._in_block(program.block)

    def _in_block(self, block: Block) -> Block:
        runs = [(movable, list(some)) for movable, some in groupby(block.equations, _may_move)]
        found: list[Equation] = []
        for at, (movable, run) in enumerate(runs):
            if movable:
                later = (eqn for _, other in runs[at + 1 :] for eqn in other)
                found += self._run(run, _read(block, later))
            else:
                found += (replace(e, blocks=tuple(map(self._in_block, e.blocks))) for e in run)
        return replace(block, equations=tuple(found))

    def _run(self, run: list[Equation], outside: set[Value]) -> Sequence[Equation]:
        axis = self.judgement.axis(run)
        if axis is None:
            return run
        schedule = self._schedule(run, axis, outside)
        emit, kept = Builder(), dict[Value, Value]()
        emit.names = self.names
        for loop in range(schedule.count + 1):
            emit.equations += schedule.in_front_of(loop)
            members = schedule.members(loop)
            if members:
                length = self.judgement.length(axis, members)
                strips = StripLoop(emit, axis, length, next(self._numbers), kept)
                strips.write(members, schedule.read_whole(loop, outside), schedule.read_later(loop))
        return emit.equations

    def _schedule(self, run: list[Equation], axis: Axis, outside: set[Value]) -> Schedule:
        """Return the schedule whose loops are all worth while."""
        readings = {eqn: reading for eqn in run if (reading := reading_of(axis, eqn)) is not None}
        while True:
            schedule = Schedule(run, axis, dict(_allowed(readings, axis)))
            wrong = [
                eqn
                for loop in range(schedule.count)
                if not self.judgement.suits(axis, schedule.members(loop), schedule.moved(loop, outside))
                for eqn in schedule.members(loop)
            ]
            if not wrong:
                return schedule
            for eqn in wrong:
                readings.pop(eqn, None)


def _allowed(readings: Mapping[Equation, Reading], axis: Axis) -> Iterator[tuple[Equation, Reading]]:
    """Yield what may be in strips. Stores into an array that is there before are made in place.

    Where arrays have the axis twice, views of what is there may mean the other one.
    """
    twice = any(axis.is_twice_in(eqn.output.aval) for eqn in readings)
    made: set[Operand] = set()
    for eqn, reading in readings.items():
        in_place = eqn.primitive in STORES or (twice and eqn.primitive in VIEWS)
        if not in_place or eqn.operands[0] in made:
            made.update(eqn.outputs)
            yield eqn, reading


def _may_move(eqn: Equation) -> bool:
    """Whether an equation may be moved: what a symbol stands for is said before it is mentioned."""
    return (
        not eqn.blocks
        and eqn.primitive.effect in (Effect.NONE, Effect.FAULT)
        and eqn.primitive is not as_size
    )


def _read(block: Block, equations: Iterable[Equation]) -> set[Value]:
    """Return what these equations, and those after the block, read."""
    found = {result for result in block.results if isinstance(result, Value)}
    for eqn in equations:
        found.update(values_used(eqn))
    return found
