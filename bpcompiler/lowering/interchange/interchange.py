"""The pass: nests whose innermost loop is short get a long one instead, which machine code runs in vectors.

    for i: for j: for k: q[i, j] += (x[i, k] - x[j, k]) ** 2       with few k becomes

    for i: for k: for j: q[i, j] += (x[k, i] - x[k, j]) ** 2

Buffers of the program's own, and copies of the caller's arrays, are laid out so that the new innermost index
comes last. Each element is computed from the same numbers in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.ir.program import Program
from bpcompiler.lowering.fusion.contraction import Narrow, Narrowing, arrays_in
from bpcompiler.lowering.fusion.ranges import size_of
from bpcompiler.lowering.interchange.choice import Choice, Judgement
from bpcompiler.lowering.interchange.copying import with_copies
from bpcompiler.lowering.interchange.swapping import swapped


def interchanged(program: Program, judgement: Judgement) -> Program:
    """Return the program with other loops innermost, where that is worth while."""
    choice = Choice(program, judgement)
    if choice.across:
        copied = with_copies(program, choice.across.loads, choice.across.results)
        other = Choice(copied, judgement)
        program, choice = (copied, other) if len(other.pairs) > len(choice.pairs) else (program, choice)
    if not choice.pairs:
        return program
    turning = _Turning(choice, dict(program.names))
    return _laid_out(replace(program, block=turning.block(program.block), names=turning.names), choice)


@dataclass(frozen=True, slots=True)
class _Turning:
    choice: Choice
    names: dict[Value, str]

    def block(self, block: Block) -> Block:
        return replace(block, equations=tuple(new for eqn in block.equations for new in self._equation(eqn)))

    def _equation(self, eqn: Equation) -> list[Equation]:
        pair = self.choice.pairs.get(eqn)
        if pair is None:
            return [replace(eqn, blocks=tuple(map(self.block, eqn.blocks))) if eqn.blocks else eqn]
        length = size_of(eqn.operands[1], self.choice.sizes)
        assert length is not None  # the choice has seen to that
        return swapped(pair, length, self.names, self.choice.memory)


def _laid_out(program: Program, choice: Choice) -> Program:
    """Return the program with the dimensions of buffers in the order that was chosen."""
    orders = {
        value: (*(d for d in range(len(value.aval.shape)) if d != last), last)
        for value in arrays_in(program.block)
        if (last := choice.last.get(choice.memory.buffer(value))) is not None
    }
    moved = {value: Narrow(order) for value, order in orders.items() if list(order) != sorted(order)}
    return Narrowing(program, moved).run() if moved else program
