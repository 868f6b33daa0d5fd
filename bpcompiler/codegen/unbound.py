"""Names that are not bound on one way, yet are read on it: what is read there counts for nothing.

A result that a branch does not have is `undefined` there. Mostly nobody comes to read it. Conversions, tapes
and assignments to another name do: they need a number, and it may be anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bpcompiler.codegen.expressions import is_transparent
from bpcompiler.ir.equations import Block, Equation, Operand, Value
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
    moves: defaultdict[Operand, list[tuple[Value, Way]]] = field(default_factory=lambda: defaultdict(list))

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
        if eqn.primitive is not regions.if_ and block is not eqn.blocks[-1]:
            return
        results = block.results if eqn.primitive is regions.if_ else carries_of(block, eqn.attrs)
        for number, result in enumerate(results):
            self.moves[result] += [(target, way) for target in _targets(eqn, number)]

    def started(self, eqn: Equation, way: Way) -> None:
        """Take note of what a loop starts with."""
        for number, init in enumerate(eqn.operands[len(eqn.operands) - len(eqn.outputs) :]):
            self.moves[init] += [(target, way) for target in _targets(eqn, number)]

    def is_read(self, value: Value, way: Way, variable: Variable) -> bool:
        """Return whether an undefined value is read, under its name or another one, on ways from there."""
        found, new = {value}, [value]
        while new:
            source = new.pop()
            if any(_agree(way, other) for other in self.reads.get(source, ())):
                return True
            for target, other in self.moves.get(source, ()):
                if target in found or not _agree(way, other):
                    continue
                if source is not value and variable(source) is not variable(target):
                    return True  # `y = x`
                found.add(target)
                new.append(target)
        return False


def _targets(eqn: Equation, number: int) -> Iterator[Value]:
    """Yield what a result of a region becomes: outside, and at the start of a turn."""
    yield eqn.outputs[number]
    if eqn.primitive is not regions.if_:
        yield from (inner.params[len(inner.params) - len(eqn.outputs) + number] for inner in eqn.blocks)


def _reads_unasked(eqn: Equation, *, asked: bool) -> bool:
    """Whether an equation reads what may not be bound. A choice between numbers reads one of them only."""
    is_choice = eqn.primitive is piecewise.select and isinstance(eqn.output.aval, Scalar)
    if eqn.blocks or is_transparent(eqn) or is_choice:
        return False
    return eqn.primitive in READERS or not (asked or eqn.phase)


def _agree(one: Way, other: Way) -> bool:
    return all(other.get(condition, branch) == branch for condition, branch in one.items())
