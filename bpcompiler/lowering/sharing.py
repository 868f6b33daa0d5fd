"""Which values may live in one buffer. A buffer is known by the value that allocated it, its root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bpcompiler.ir.equations import Block, Equation, Operand, Value, equations_of
from bpcompiler.lowering.uses import Uses

Roots = frozenset[Value]
NOWHERE: Roots = frozenset()


class Sharing:
    """What is known of the buffers so far.

    `callers`: roots that are an argument's, or constants. `foreign`: roots that must not be written.
    `granted`: equations that write in place, into what. `copied`: carries whose first value a loop copies.
    `predecessors`: of what a loop computes for its next turn, the carry that it may be written over.
    """

    def __init__(self, block: Block) -> None:
        self.callers: set[Value] = set(block.params)
        self.foreign: set[Value] = set()
        self.granted: dict[Equation, Value] = {}
        self.copied: set[tuple[Equation, int]] = set()
        self.written: dict[Equation, Roots] = {}
        self.predecessors: dict[Value, Value] = {}
        self.defined = {value: eqn for eqn in equations_of(block) for value in eqn.outputs}
        self._uses = Uses(block)
        self._roots: dict[Value, Roots] = {}
        self._sharing: dict[Value, list[Value]] = defaultdict(list)
        self._order: list[Value] = []

    def roots(self, operand: Operand) -> Roots:
        """Return the buffers that an operand may live in."""
        return self._roots.get(operand, NOWHERE) if isinstance(operand, Value) else NOWHERE

    def share(self, value: Value, roots: Roots) -> None:
        """Say in which buffers an array may live."""
        self._roots[value] = roots
        self._order.append(value)
        for root in roots:
            self._sharing[root].append(value)

    def may_write(self, source: Value, eqn: Equation) -> bool:
        """Return whether nobody needs the buffer of an array any more once the equation has run."""
        roots = self.roots(source)
        if not roots or roots & self.foreign:
            return False
        return not any(self._uses.used_after(value, eqn) for value in self._all_in(roots))

    def _all_in(self, roots: Roots) -> Iterable[Value]:
        found = {value for root in roots for value in self._sharing[root]}
        return (value for value in found if self.roots(value) & roots)

    def mark(self) -> int:
        """Return a mark for `undo`."""
        return len(self._order)

    def undo(self, mark: int, blocks: Iterable[Block]) -> None:
        """Take back what was said since the mark, in these blocks."""
        for value in self._order[mark:]:
            self._roots.pop(value, None)
        del self._order[mark:]
        inner = {eqn for block in blocks for eqn in equations_of(block)}
        self.granted = {eqn: into for eqn, into in self.granted.items() if eqn not in inner}
        self.copied = {(eqn, k) for eqn, k in self.copied if eqn not in inner}
