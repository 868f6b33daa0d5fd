"""Which results of a lowered program stand inside the expression that uses them.

Numbers without a name of the user's that are used once, by the same statement, in the same block. Sizes stand
wherever they are used. Nothing is read later than it is written, or carried through a loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpcompiler.ir.equations import Block, Effect, Equation, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives import functions, loops, piecewise, regions
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.in_place import IN_PLACE

REPEATS = {piecewise.maximum, piecewise.minimum, functions.square}  # their text has an operand twice
NEVER = {regions.as_size, regions.undefined}
WRITES = IN_PLACE

Inline = dict[Value, Equation]


def find_inline(program: Program) -> Inline:
    """Return the equations that are written where their output is used."""
    uses = Counter(_reads(program.block))
    indices = {eqn.blocks[0].params[0] for eqn in equations_of(program.block) if eqn.primitive is loops.for_}
    found: Inline = {}
    for block in (program.block, *(inner for e in equations_of(program.block) for inner in e.blocks)):
        _Finder(program, block, uses, indices, found).run()
    return found


def _reads(block: Block) -> Iterator[Value]:
    yield from (result for result in block.results if isinstance(result, Value))
    for eqn in equations_of(block):
        yield from (operand for operand in eqn.operands if isinstance(operand, Value))
        for inner in eqn.blocks:
            yield from (result for result in inner.results if isinstance(result, Value))


class _Finder:
    """Goes through a block backwards, so that it is known where a user's own text will stand."""

    def __init__(
        self, program: Program, block: Block, uses: Counter[Value], indices: set[Value], found: Inline
    ) -> None:
        self.program, self.block, self.uses, self.found = program, block, uses, found
        self._indices = indices
        self._user: dict[Value, int] = {}
        self._stands: dict[int, int] = {}  # where the text of an equation is
        self._write_before: list[int] = []  # the last write before each place

    def run(self) -> None:
        last = -1
        for at, eqn in enumerate(self.block.equations):
            self._write_before.append(last)
            if eqn.primitive in WRITES or eqn.blocks:
                last = at
            self._user.update((o, at) for o in eqn.operands if isinstance(o, Value))
        self._write_before.append(last)
        if self.block is self.program.block:
            end = len(self.block.equations)
            self._user.update((r, end) for r in self.block.results if isinstance(r, Value))
            self._stands[end] = end
        for at, eqn in reversed(list(enumerate(self.block.equations))):
            self._stands[at] = at
            if self._may_stand_elsewhere(eqn, at):
                self.found[eqn.output] = eqn
                self._stands[at] = self._stands.get(self._user.get(eqn.output, at), at)

    def _may_stand_elsewhere(self, eqn: Equation, at: int) -> bool:
        if len(eqn.outputs) != 1 or eqn.blocks or eqn.primitive.effect is not Effect.NONE:
            return False
        if eqn.primitive is size_value:
            return True
        if not isinstance(eqn.output.aval, Scalar) or eqn.output in self.program.names:
            return False
        if eqn.primitive in NEVER:
            return False
        if eqn.output.aval.size is not None:
            return True  # of sizes alone, so it never changes
        if eqn.primitive is piecewise.convert and eqn.operands[0] in self._indices:
            return eqn.output.aval.dtype is INT64  # the index as NumPy's integer, to machine code the same
        if self.uses[eqn.output] != 1 or eqn.output not in self._user:
            return False
        place = self._user[eqn.output]
        if self._write_before[self._stands[place]] > at:
            return False  # an array that it reads may be written, a number be carried on
        return place == len(self.block.equations) or self._fits(eqn, self.block.equations[place])

    def _fits(self, eqn: Equation, user: Equation) -> bool:
        if user.primitive in REPEATS or _is_carried(user, eqn.output):
            return False
        return _same_statement(eqn, user)


def _is_carried(user: Equation, value: Value) -> bool:
    """Whether a loop starts with the value: that is a variable."""
    if user.primitive is regions.while_:
        return True
    return user.primitive is loops.for_ and value in user.operands[3:]


def _same_statement(eqn: Equation, user: Equation) -> bool:
    def of(eqn: Equation) -> object:
        return (eqn.origin.statement if eqn.origin else -1, eqn.phase)

    return of(eqn) == of(user)
