"""Who owns which buffer in a lowered program: when a nest may write over what it reads.

Every lowered equation allocates, but for reshapes and accumulations, which live in their operand's buffer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from bpcompiler.ir.equations import Block, Equation, Value, values_used
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array
from bpcompiler.primitives import adjoint, indexing, shapes

OVERWRITES = {adjoint.accumulate, indexing.add_at}


class Buffers:
    """The buffers of a program that is about to be lowered."""

    def __init__(self, block: Block) -> None:
        self._inputs = set(block.params)
        self._roots: dict[Value, Value] = {}
        self._sharing: dict[Value, list[Value]] = defaultdict(list)
        self._last_use: dict[Value, int] = {}
        self._granted: set[Equation] = set()
        self._count_uses(block)
        for at, eqn in enumerate(block.equations):
            self._place(eqn, at)

    def may_overwrite(self, eqn: Equation) -> bool:
        """Return whether an accumulation may write into its first operand."""
        return eqn in self._granted

    def is_overwritten(self, value: Value) -> bool:
        """Return whether a later accumulation writes into what the value is computed from, or into itself."""
        overwritten = {self._root(eqn.output) for eqn in self._granted}
        return self._root(value) in overwritten

    def same(self, one: Value, other: Value) -> bool:
        """Return whether two values live in one buffer."""
        return self._root(one) is self._root(other)

    def is_callers(self, value: Value) -> bool:
        """Return whether the buffer is an argument's."""
        return self._root(value) in self._inputs

    def _root(self, value: Value) -> Value:
        return self._roots.get(value, value)

    def _count_uses(self, block: Block) -> None:
        for at, eqn in enumerate(block.equations):
            self._last_use.update((value, at) for value in values_used(eqn))
        end = len(block.equations)
        self._last_use.update((r, end) for r in block.results if isinstance(r, Value))

    def _place(self, eqn: Equation, at: int) -> None:
        if not eqn.operands or len(eqn.outputs) != 1 or not isinstance(eqn.output.aval, Array):
            return
        source = eqn.operands[0]
        if not isinstance(source, Value) or not isinstance(source.aval, Array):
            return
        if eqn.primitive in OVERWRITES and self._is_last(source, eqn, at):
            self._granted.add(eqn)
        if eqn.primitive is shapes.reshape or eqn in self._granted:
            self._roots[eqn.output] = self._root(source)
            self._sharing[self._root(source)].append(eqn.output)

    def _is_last(self, source: Value, eqn: Equation, at: int) -> bool:
        """Whether nobody reads the buffer after this equation, and it is not an argument's."""
        root = self._root(source)
        if root in self._inputs or any(
            isinstance(o, Value) and self.same(o, source) for o in eqn.operands[1:]
        ):
            return False
        return all(self._last_use.get(value, -1) <= at for value in (root, *self._sharing[root]))


def users_of(program: Program) -> Mapping[Value, list[Equation | None]]:
    """Return who reads each value, once for each operand; None stands for the program's results."""
    users: dict[Value, list[Equation | None]] = defaultdict(list)
    for eqn in program.equations:
        for value in values_used(eqn):
            users[value].append(eqn)
    for result in program.outputs:
        if isinstance(result, Value):
            users[result].append(None)
    return users
