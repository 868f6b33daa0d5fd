"""Names that are not bound on one way, yet are read on it: what is read there counts for nothing.

A result that a branch does not have is `undefined` there. Mostly nobody comes to read it. Conversions, tapes
and assignments to another name do: they need a number, and it may be anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bpcompiler.codegen.expressions import is_transparent
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives import piecewise, regions, stores, tapes
from bpcompiler.primitives.creation import zeros_like
from bpcompiler.primitives.loops import carries_of, check

# What the compiler puts in, without asking whether a name is bound.
READERS = {piecewise.convert, tapes.record, stores.copy_array, zeros_like}
UNBOUND = (UnboundLocalError, NameError)

Variable = Callable[[Value], Value]
Way = Mapping[Operand, int]  # the conditions of the branches around a place, and which branches those are


@dataclass(frozen=True, slots=True)
class Move:
    """A value becomes another one, on this way. `around`: the conditions that mean the same afterwards."""

    target: Value
    way: Way
    around: Way | None = None


def unbound_but_read(program: Program, variable: Variable) -> dict[Value, Equation]:
    """Return the undefined values that need something to be read; `variable`: equal for what shares one."""
    places = _Places()
    places.block(program.block, {}, asked=False)
    return {eqn.output: eqn for eqn, way in places.undefined if places.is_read(eqn.output, way, variable)}


@dataclass(frozen=True, slots=True)
class _Places:
    """Where values are read and handed on, and on which ways one comes there."""

    undefined: list[tuple[Equation, Way]] = field(default_factory=list)
    reads: defaultdict[Operand, list[Way]] = field(default_factory=lambda: defaultdict(list))
    moves: defaultdict[Operand, list[Move]] = field(default_factory=lambda: defaultdict(list))
    chosen: dict[Operand, tuple[Operand | None, tuple[Operand, ...]]] = field(default_factory=dict)

    def block(self, block: Block, way: Way, *, asked: bool) -> None:
        for eqn in block.equations:
            asked = asked or (eqn.primitive is check and eqn.attrs.get("exception") in UNBOUND)
            if eqn.primitive is regions.undefined:
                self.undefined.append((eqn, way))
            if _reads_unasked(eqn, asked=asked):
                for operand in eqn.operands:
                    self.reads[operand].append(way)
            for number, inner in enumerate(eqn.blocks):
                inside = {**way, eqn.operands[0]: number} if eqn.primitive is regions.if_ else way
                self.block(inner, inside, asked=asked)
                self.handed_on(eqn, inner, inside)
            if eqn.blocks and eqn.primitive is not regions.if_:
                self.started(eqn, way)

    def handed_on(self, eqn: Equation, block: Block, way: Way) -> None:
        """Take note of what a branch or a turn ends with."""
        if eqn.primitive is regions.if_:
            for result, output in zip(block.results, eqn.outputs, strict=True):
                self.moves[result].append(Move(output, way))
                self.chosen[output] = eqn.operands[0], (*self.chosen.get(output, (None, ()))[1], result)
        elif block is eqn.blocks[-1]:
            goes_on, leaves = _ends_of_turn(eqn, block, way)
            for number, result in enumerate(carries_of(block, eqn.attrs)):
                self.moves[result].append(Move(eqn.outputs[number], leaves))
                self.moves[result] += [Move(param, goes_on, way) for param in _params(eqn, number)]

    def started(self, eqn: Equation, way: Way) -> None:
        """Take note of what a loop starts with. It is what it ends with, where there is no turn."""
        for number, init in enumerate(eqn.operands[len(eqn.operands) - len(eqn.outputs) :]):
            self.moves[init] += [Move(param, way) for param in _params(eqn, number)]
            if not _is_endless(eqn):
                self.moves[init].append(Move(eqn.outputs[number], way))

    def is_read(self, value: Value, way: Way, variable: Variable) -> bool:
        """Return whether an undefined value is read, under its name or another one, on ways from there."""
        found = [(value, way)]
        for source, here in found:
            if any(self.agree(here, other) for other in self.reads.get(source, ())):
                return True
            for move in self.moves.get(source, ()):
                if not self.agree(here, move.way):
                    continue
                if source is not value and variable(source) is not variable(move.target):
                    return True  # `y = x`
                reached = move.target, _within(here, move.around)
                if reached not in found:
                    found.append(reached)
        return False

    def agree(self, here: Way, other: Way) -> bool:
        """Return whether one may come from a place that is reached on the way `here` to one on the other."""
        return all(self.side(condition, here) in (None, branch) for condition, branch in other.items())

    def side(self, condition: Operand, here: Way) -> int | None:
        """Return which branch a condition leads to on a way, where that says so."""
        if condition in here:
            return here[condition]
        if isinstance(condition, Literal):
            return 0 if condition.value else 1
        decider, results = self.chosen.get(condition, (None, ()))
        side = self.side(decider, here) if decider is not None else None
        return None if side is None else self.side(results[side], here)


def _ends_of_turn(eqn: Equation, body: Block, way: Way) -> tuple[Way, Way]:
    """Return the ways on which another turn follows, and on which the loop ends after one."""
    if not eqn.attrs.get("exits"):
        return way, way
    stop = body.results[0]
    return {**way, stop: 1}, {**way, stop: 0} if _is_endless(eqn) else way


def _is_endless(eqn: Equation) -> bool:
    """Return whether a loop ends only where its body leaves it."""
    test = eqn.blocks[0].results[0] if eqn.primitive is regions.while_ else None
    return isinstance(test, Literal) and test.value is True


def _params(eqn: Equation, number: int) -> list[Value]:
    """Return what stands for a carry at the start of a turn."""
    return [inner.params[len(inner.params) - len(eqn.outputs) + number] for inner in eqn.blocks]


def _within(way: Way, around: Way | None) -> Way:
    """Return the conditions of a way that still mean the same."""
    return way if around is None else {each: branch for each, branch in way.items() if each in around}


def _reads_unasked(eqn: Equation, *, asked: bool) -> bool:
    """Whether an equation reads what may not be bound. A choice between numbers reads one of them only."""
    is_choice = eqn.primitive is piecewise.select and isinstance(eqn.output.aval, Scalar)
    if eqn.blocks or is_transparent(eqn) or is_choice:
        return False
    return eqn.primitive in READERS or not (asked or eqn.phase)
