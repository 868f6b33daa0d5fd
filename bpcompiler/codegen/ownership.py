"""Which buffers an in-place operation may write: decided on the program, obeyed by the printer.

`dx += ct` is only right where nobody else reads the buffer of `dx` afterwards. A buffer is known by the value
that allocated it (its root); views and second names share it. An input's buffer is the caller's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.primitives import adjoint, broadcasting, indexing, loops, piecewise, shapes
from bpcompiler.primitives.indexing import has_arrays

# What NumPy answers with a view, or with the operand itself.
VIEWS = {
    *(piecewise.alias, piecewise.stop_gradient, shapes.reshape, shapes.transpose, indexing.getslice),
    *(broadcasting.expand_dims, broadcasting.squeeze, broadcasting.broadcast_to),
}
# What writes to its first operand, if that is owned.
WRITES = {loops.store, loops.gemm, loops.gemv}  # lowered: ownership was decided before
IN_PLACE = {adjoint.accumulate, indexing.add_at, *WRITES}


class Ownership:
    """For each in-place equation of a block (nested ones included): may it write to its first operand?"""

    def __init__(self, block: Block) -> None:
        self._roots: dict[Value, Value] = {}
        self.inputs = set(block.params)
        self._last_use: dict[Value, int] = {}
        self._sharing: dict[Value, list[Value]] = defaultdict(list)
        self._count(block)
        self._granted = {eqn: self._may_write(eqn, at) for at, eqn in enumerate(block.equations)}

    def in_place(self, eqn: Equation) -> bool:
        """Return whether the equation writes to the buffer of its first operand."""
        return eqn.primitive in IN_PLACE and (eqn.primitive in WRITES or self._granted.get(eqn, False))

    def root(self, value: Value) -> Value:
        """Return the value that allocated the buffer."""
        return self._roots.get(value, value)

    def is_callers(self, value: Value) -> bool:
        """Return whether the buffer is an argument's."""
        return self.root(value) in self.inputs

    def _count(self, block: Block) -> None:
        for at, eqn in enumerate(block.equations):
            for value in values_used(eqn):
                self._last_use[value] = at
            for value, source in _shared(eqn):
                root = self.root(source)
                self._roots[value] = root
                self._sharing[root].append(value)
        for result in _values(block.results):
            self._last_use[result] = len(block.equations)

    def _may_write(self, eqn: Equation, at: int) -> bool:
        if eqn.primitive not in IN_PLACE:
            return False
        target = eqn.operands[0]
        if not isinstance(target, Value) or self._last_use.get(target, -1) > at:
            return False
        if isinstance(target.aval, Scalar):
            return True
        root = self.root(target)
        if root in self.inputs:
            return False
        read = _values(eqn.operands[1:])
        mine = [root, *self._sharing[root]]
        if any(value in read for value in mine):
            return False
        return all(self._last_use.get(v, -1) <= at for v in mine if v not in (target, *eqn.outputs))


def _shared(eqn: Equation) -> Iterator[tuple[Value, Value]]:
    """Yield (output, operand) for outputs that live in the buffer of an operand."""
    if not eqn.operands or len(eqn.outputs) != 1 or not isinstance(eqn.output.aval, Array):
        return
    source = eqn.operands[0]
    hands_on = eqn.primitive in VIEWS or eqn.primitive in IN_PLACE or _reads_view(eqn)
    if hands_on and isinstance(source, Value) and isinstance(source.aval, Array):
        yield eqn.output, source


def _reads_view(eqn: Equation) -> bool:
    return eqn.primitive is indexing.getitem and not has_arrays(eqn.attrs["spec"], [o.aval for o in eqn.operands])


def _values(operands: tuple[Operand, ...]) -> list[Value]:
    return [operand for operand in operands if isinstance(operand, Value)]
