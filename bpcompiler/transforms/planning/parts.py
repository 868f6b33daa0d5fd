"""A program in two parts, the forward equations and then their adjoint, while it is planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of, free_values, with_operands
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.primitives.creation import zeros, zeros_like
from bpcompiler.primitives.tapes import new_tape
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.planning.homes import symbols_in


@dataclass(frozen=True, slots=True)
class Around:
    """The loops around a turn that are joined with their adjoints; the symbols that are known before them."""

    loops: tuple[Equation, ...] = ()
    symbols: frozenset[Symbol] = frozenset()


@dataclass(frozen=True, slots=True)
class Parts:
    """A program whose first `count` equations are forward, the others their adjoint; the pairs in both."""

    program: Program
    pairs: Sequence[Pair]
    count: int

    def symbols_before(self, eqn: Equation) -> frozenset[Symbol]:
        """Return the symbols that are bound before a forward equation."""
        equations = self.program.equations
        before = (value for e in equations[: equations.index(eqn)] for value in e.outputs)
        return frozenset(s for value in (*self.program.inputs, *before) for s in symbols_in(value.aval))

    def named_as(self, program: Program) -> Parts:
        """Return the parts with the names of a program that was made of them."""
        return replace(
            self, program=replace(self.program, names=program.names, derivatives=program.derivatives)
        )

    def inside(self, own: Block, back: Block, original: Block) -> Parts:
        """Return a block and its adjoint as parts of their own; the adjoint was the block `original`."""
        block = Block(
            (*own.params, *back.params), (*own.equations, *back.equations), (*own.results, *back.results)
        )
        now = dict(zip(equations_of(original), equations_of(back), strict=True))
        pairs = [replace(pair, adjoint=now[pair.adjoint]) for pair in self.pairs if pair.adjoint in now]
        return Parts(replace(self.program, block=block), pairs, len(own.equations))

    def with_one(
        self,
        pair: Pair,
        one: Sequence[Equation],
        rest: Sequence[Equation],
        moved: set[int],
        same: Mapping[Value, Operand],
    ) -> Parts:
        """Return the parts with `one` for the forward region of a pair, and `rest` for its adjoint.

        `moved`: the places of equations that come before now. `same`: what outputs of the adjoint are.
        """
        old, count = self.program.equations, self.count
        at, back = old.index(pair.forward), old.index(pair.adjoint)
        before = [*old[:at], *(_unplaced(old[i]) for i in sorted(moved)), *one]
        before += [eqn for i, eqn in enumerate(old[:count]) if i > at and i not in moved]
        between = [eqn for i, eqn in enumerate(old) if count <= i < back and i not in moved]
        between = _without_range(between, pair)
        after = Block((), old[back + 1 :], self.program.outputs)
        ends = with_operands(after, same)
        now = dict(zip(equations_of(after), equations_of(ends), strict=True))
        inside = {pair.forward, *(eqn for block in pair.forward.blocks for eqn in equations_of(block))}
        pairs = [replace(p, adjoint=now.get(p.adjoint, p.adjoint)) for p in self.pairs]
        block = Block(self.program.inputs, (*before, *between, *rest, *ends.equations), ends.results)
        program = replace(self.program, block=block)
        return Parts(program, [p for p in pairs if p.forward not in inside], len(before))


Planner = Callable[[Parts, Around], Program]


def read_from_outside(own: Block, back: Block) -> list[Value]:
    """Return what the adjoint of a block reads from outside of both."""
    inside = {*own.params, *(value for eqn in equations_of(own) for value in eqn.outputs)}
    inside.update(param for eqn in equations_of(own) for block in eqn.blocks for param in block.params)
    return [value for value in free_values(back) if value not in inside]


def without_tapes(block: Block) -> tuple[Block, list[Equation]]:
    """Return a block without the tapes that it opens, and these: there are new ones in no turn."""
    opened = [eqn for eqn in block.equations if eqn.primitive is new_tape]
    return replace(block, equations=tuple(eqn for eqn in block.equations if eqn not in opened)), opened


def _without_range(equations: Sequence[Equation], pair: Pair) -> list[Equation]:
    """Return the equations without those that ask how many turns the loop of a pair has taken."""
    asked, kept = {pair.turns}, []
    for eqn in equations:
        if asked.isdisjoint(eqn.operands):
            kept.append(eqn)
        else:
            asked.update(eqn.outputs)
    return kept


def _unplaced(eqn: Equation) -> Equation:
    """What sums start from is no statement's: nothing is quoted in front of the loop."""
    return replace(eqn, origin=None) if eqn.primitive in (zeros, zeros_like) else eqn
