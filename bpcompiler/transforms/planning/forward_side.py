"""The forward program with what its adjoint needs: records, counters, further outputs of branches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, literal
from bpcompiler.ir.types import BOOL, INT64, Aval, Scalar
from bpcompiler.primitives.arithmetic import add
from bpcompiler.primitives.piecewise import convert
from bpcompiler.primitives.regions import undefined
from bpcompiler.transforms.planning.replay import is_replayed

COUNT = Scalar(INT64, weak=True)
OfTurn = Callable[[Builder, Value], Value]  # what a turn makes of a carry


@dataclass(slots=True, eq=False)
class Insertions:
    """What is put into forward blocks.

    `first`: at the top of a block. `after`, `before`: an equation. `counters`: a loop's number of turns.
    `flags`: conditions of a turn, and what they were in the last one.
    `exports`: the values of each branch that an `if_` hands out, with the value outside.
    """

    first: dict[Block, list[Equation]] = field(default_factory=lambda: defaultdict(list))
    after: dict[Equation, list[Equation]] = field(default_factory=lambda: defaultdict(list))
    before: dict[Equation, list[Equation]] = field(default_factory=lambda: defaultdict(list))
    counters: dict[Equation, Value] = field(default_factory=dict)
    flags: dict[Equation, list[tuple[Operand, Value]]] = field(default_factory=lambda: defaultdict(list))
    exports: dict[Equation, list[tuple[int, Value, Value]]] = field(default_factory=lambda: defaultdict(list))

    def rewrite(self, eqn: Equation) -> list[Equation]:
        """Return the equations that stand for one of the forward program."""
        new = eqn if is_replayed(eqn) else self.inside(eqn)
        return [*self.before.get(eqn, ()), new, *self.after.get(eqn, ())]

    def inside(self, eqn: Equation) -> Equation:
        """Return the equation with what is put into its blocks."""
        new = replace(eqn, blocks=tuple(map(self._block, eqn.blocks))) if eqn.blocks else eqn
        if eqn in self.exports:
            new = _with_exports(new, self.exports[eqn])
        if eqn in self.counters:
            new = _with_carry(new, literal(0, like=COUNT), self.counters[eqn], _counted)
        for condition, after in self.flags.get(eqn, ()):
            new = _with_carry(new, literal(False, like=after.aval), after, _flagged(condition))
        return new

    def _block(self, block: Block) -> Block:
        equations = [new for eqn in block.equations for new in self.rewrite(eqn)]
        return Block(block.params, (*self.first.get(block, ()), *equations), block.results)


def _with_exports(eqn: Equation, exports: list[tuple[int, Value, Value]]) -> Equation:
    """A branch hands out values of its own; in the other branch they are not defined."""
    blocks = []
    for number, block in enumerate(eqn.blocks):
        emit = Builder(block.equations)
        emit.origin, emit.phase = eqn.origin, eqn.phase
        more: list[Operand] = [
            value if number == where else emit.one(undefined, aval=outside.aval)
            for where, value, outside in exports
        ]
        blocks.append(emit.block(block.params, (*block.results, *more)))
    outputs = (*eqn.outputs, *(outside for _, _, outside in exports))
    return replace(eqn, blocks=tuple(blocks), outputs=outputs)


def _counted(emit: Builder, before: Value) -> Value:
    return emit.one(add, before, literal(1))


def _flagged(condition: Operand) -> OfTurn:
    return lambda emit, before: emit.one(convert, condition, dtype=BOOL, weak=True)


def _with_carry(eqn: Equation, first: Literal, after: Value, of_turn: OfTurn) -> Equation:
    """A loop carries one more value."""
    *tests, body = eqn.blocks
    before, emit = Value(first.aval), Builder(body.equations)
    emit.origin, emit.phase = eqn.origin, eqn.phase
    carried = emit.block((*body.params, before), (*body.results, of_turn(emit, before)))
    asked = [Block((*test.params, Value(first.aval)), test.equations, test.results) for test in tests]
    operands = (*eqn.operands, first)
    return replace(eqn, operands=operands, blocks=(*asked, carried), outputs=(*eqn.outputs, after))


def without_size(aval: Aval) -> Aval:
    """Return the type that a value has outside of the block that binds its size."""
    return replace(aval, size=None) if isinstance(aval, Scalar) and aval.size is not None else aval
