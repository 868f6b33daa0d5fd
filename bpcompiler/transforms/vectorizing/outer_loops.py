"""The pass: every loop that is worth while and whose turns are independent, the outermost first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, Value, with_operands
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.regions import undefined, while_
from bpcompiler.transforms.vectorizing.independence import Independence
from bpcompiler.transforms.vectorizing.lanes import Lanes
from bpcompiler.transforms.vectorizing.levels import Level, with_axis_last
from bpcompiler.transforms.vectorizing.turns import facts_of, turns_of

LOOPS = {for_, while_}
Judgement = Callable[[Equation, Sequence[Equation]], bool]


def vectorized(program: Program, worth_while: Judgement, known: Sequence[Size] = ()) -> Program | None:
    """Return the program with array code for such loops; None if there is none.

    `worth_while(loop, loops around)` says which to try; `known` are sizes that are not negative in any call.
    """
    outer = _OuterLoops(program, worth_while, known)
    block = outer.block(program.block)
    return replace(program, block=block, names=outer.names) if outer.found else None


class _OuterLoops:
    """The program under construction. `same`: what outputs of loops have become."""

    def __init__(self, program: Program, worth_while: Judgement, known: Sequence[Size]) -> None:
        self.names, self.found = dict(program.names), False
        self._worth_while, self._known = worth_while, tuple(known)
        self._levels: list[Level] = []
        self._around: list[Equation] = []
        self._undefined: set[Value] = set()
        self._same: dict[Value, Operand] = {}

    def block(self, block: Block, *, turns: bool = False) -> Block:
        """Return a block with array code for the loops in it."""
        emit = Builder()
        emit.names = self.names
        self._levels.append(Level(emit, turns, frozenset(block.params)))
        for eqn in block.equations:
            if not self._as_arrays(eqn, emit):
                emit.equations.append(self._kept(eqn))
        self._levels.pop()
        return Block(block.params, tuple(emit.equations), tuple(map(self._read, block.results)))

    def _read(self, operand: Operand) -> Operand:
        return self._same.get(operand, operand) if isinstance(operand, Value) else operand

    def _kept(self, eqn: Equation) -> Equation:
        """Return an equation with what is inside of it made anew."""
        if eqn.primitive is undefined:
            self._undefined.add(eqn.output)
        operands = tuple(map(self._read, eqn.operands))
        if not eqn.blocks:
            return replace(eqn, operands=operands)
        loop = eqn.primitive in LOOPS
        self._around += [eqn] if eqn.primitive is for_ else []
        blocks = tuple(self.block(block, turns=loop) for block in eqn.blocks)
        del self._around[len(self._around) - (eqn.primitive is for_) :]
        return replace(eqn, operands=operands, blocks=blocks)

    def _as_arrays(self, eqn: Equation, emit: Builder) -> bool:
        """Add the array code for a loop, if there shall be one."""
        turns = turns_of(eqn) if eqn.primitive is for_ and not eqn.phase else None
        if turns is None or not self._worth_while(eqn, self._around):
            return False
        now = replace(
            eqn,
            operands=tuple(map(self._read, eqn.operands)),
            blocks=tuple(with_operands(block, self._same) for block in eqn.blocks),
        )
        found = Independence(now, turns, self._undefined)
        around = [fact for loop in self._around for fact in facts_of(loop)]
        if not found.holds((*self._known, *around)):
            return False
        results = Lanes(found, lambda array, axis: with_axis_last(self._levels, array, axis)).write(emit)
        self._same.update(zip(eqn.outputs, results, strict=True))
        self.found = True
        return True
