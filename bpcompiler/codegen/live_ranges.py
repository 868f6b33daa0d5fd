"""Where in the text of a program each value is needed: what may share a variable.

The text has numbered places. A range goes from the place where a value is made to one where it is read; what
a loop reads from outside is needed until it ends, and a branch does not need what only the other one reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bpcompiler.codegen.lowered_inline import Inline
from bpcompiler.ir.equations import Block, Equation, Operand, Value
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import if_, while_

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a place: the loops, and for each second branch the places of the first."""

    loops: tuple[Equation, ...] = ()
    others: tuple[Range, ...] = ()


class LiveRanges:
    """The ranges of every value that has a variable."""

    def __init__(self, block: Block, inline: Inline) -> None:
        self._inline, self._clock = inline, 0
        self._made: dict[Value, tuple[int, _Around]] = {}
        self._read: dict[Value, list[tuple[int, _Around]]] = defaultdict(list)
        self._loops: dict[Equation, tuple[int, _Around]] = {}
        self._define(block.params, _Around())
        self._block(block, _Around())

    def ranges(self, value: Value) -> list[Range]:
        """Return the ranges of a value; one without length where nobody reads it."""
        made, around = self._made[value]
        found = {(made, made)}
        for place, inside in self._read[value]:
            last, where = self._until(place, inside, around)
            found.update(_without(made, last, where.others))
        return sorted(found)

    def _until(self, place: int, inside: _Around, around: _Around) -> tuple[int, _Around]:
        """What a loop reads from outside is needed until it ends."""
        depth = len(around.loops)
        return self._loops[inside.loops[depth]] if len(inside.loops) > depth else (place, inside)

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _block(self, block: Block, around: _Around) -> None:
        for eqn in block.equations:
            if len(eqn.outputs) == 1 and eqn.output in self._inline:
                continue
            self._tick()
            if eqn.primitive is for_:
                self._for(eqn, around)
            elif eqn.primitive is while_:
                self._while(eqn, around)
            elif eqn.primitive is if_:
                self._if(eqn, around)
            else:
                self._use(eqn.operands, around)
            self._define(eqn.outputs, around)
        self._tick()
        self._use(block.results, around)

    def _for(self, eqn: Equation, around: _Around) -> None:
        (body,) = eqn.blocks
        inside = _Around((*around.loops, eqn), around.others)
        self._use(eqn.operands[3:], around)
        self._define(body.params[1:], inside)
        self._tick()
        self._use(eqn.operands[:3], around)
        self._define(body.params[:1], inside)
        self._block(body, inside)
        self._loops[eqn] = self._tick(), around

    def _while(self, eqn: Equation, around: _Around) -> None:
        test, body = eqn.blocks
        inside = _Around((*around.loops, eqn), around.others)
        self._use(eqn.operands, around)
        self._define(test.params, inside)
        self._block(test, inside)
        self._use(test.params, inside)  # they are the loop's results if the test fails
        self._define(body.params, inside)
        self._block(body, inside)
        self._loops[eqn] = self._tick(), around

    def _if(self, eqn: Equation, around: _Around) -> None:
        self._use(eqn.operands, around)
        start = self._tick()
        self._block(eqn.blocks[0], around)
        others = (*around.others, (start, self._tick()))
        self._block(eqn.blocks[1], _Around(around.loops, others))
        self._tick()

    def _define(self, values: Iterable[Value], around: _Around) -> None:
        for value in values:
            self._made[value] = self._clock, around

    def _use(self, operands: Iterable[Operand], around: _Around) -> None:
        for operand in operands:
            if not isinstance(operand, Value):
                continue
            if operand in self._inline:
                self._use(self._inline[operand].operands, around)
            else:
                self._read[operand].append((self._clock, around))


def _without(start: int, stop: int, holes: Iterable[Range]) -> Iterable[Range]:
    """Yield the parts of a range that are outside of the holes; those are in order."""
    for low, high in holes:
        if start < low:
            yield start, low
            start = high
    yield start, stop


def overlap(one: Iterable[Range], other: Iterable[Range]) -> bool:
    """Return whether two values are needed at once. One may be made where the other is read last."""
    return any((a < d and c < b) or a == c for a, b in one for c, d in other)
