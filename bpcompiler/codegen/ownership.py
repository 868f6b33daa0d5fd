"""Which buffers an in-place operation may write: decided on the program, obeyed by the printer.

`dx += ct` is only right where nobody else reads the buffer of `dx` afterwards. A buffer is known by the value
that allocated it (its root); views and second names share it. An input's buffer is the caller's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bpcompiler.ir.equations import Block, Equation, Operand, Value, values_used
from bpcompiler.ir.program import Program
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
    """Says of each in-place equation of a program whether it may write to its first operand."""

    def __init__(self, program: Program) -> None:
        block = program.block
        self._derivatives = program.derivatives
        self.inputs = set(block.params)
        self._roots: dict[Value, Value] = {}
        self._sharing: dict[Value, list[Value]] = defaultdict(list)
        self._frozen: set[Value] = set(block.params)
        self._granted: set[Equation] = set()
        self._last_use = _last_uses(block)
        self._places = {eqn: at for at, eqn in enumerate(block.equations)}
        for at, eqn in enumerate(block.equations):
            if self._may_write(eqn, at):
                self._granted.add(eqn)
            self._place(eqn)

    def in_place(self, eqn: Equation) -> bool:
        """Return whether the equation writes to the buffer of its first operand."""
        return eqn.primitive in WRITES or eqn in self._granted

    def continued(self, eqn: Equation) -> Value | None:
        """Return the value whose variable the result takes over: written into, or a total that has grown."""
        target = eqn.operands[0] if eqn.operands else None
        if not isinstance(target, Value) or len(eqn.outputs) != 1:
            return None
        grown = target in self._derivatives and self._identity(target) == self._identity(eqn.output)
        if self.in_place(eqn) or (grown and self._last_use[target] == self._places.get(eqn)):
            return target
        return None

    def _identity(self, value: Value) -> object:
        """What a value is the cotangent or tangent of: equal for all versions of it."""
        if value not in self._derivatives:
            return value
        pattern, of = self._derivatives[value]
        return pattern, self._identity(of)

    def root(self, value: Value) -> Value:
        """Return the value that allocated the buffer."""
        return self._roots.get(value, value)

    def is_callers(self, value: Value) -> bool:
        """Return whether the buffer is an argument's, or one that NumPy made read-only."""
        return self.root(value) in self._frozen

    def _place(self, eqn: Equation) -> None:
        """Take note of whose buffer an output lives in."""
        for value, source in _shared(eqn):
            if eqn.primitive not in IN_PLACE or self.in_place(eqn):
                root = self.root(source)
                self._roots[value] = root
                self._sharing[root].append(value)
        if eqn.primitive is broadcasting.broadcast_to:
            self._frozen.add(self.root(eqn.output))

    def _may_write(self, eqn: Equation, at: int) -> bool:
        if eqn.primitive not in IN_PLACE:
            return False
        target = eqn.operands[0]
        if not isinstance(target, Value) or self._last_use.get(target, -1) > at:
            return False
        if isinstance(target.aval, Scalar):
            return True
        root = self.root(target)
        if root in self._frozen:
            return False
        read = _values(eqn.operands[1:])
        mine = [root, *self._sharing[root]]
        if any(value in read for value in mine):
            return False
        return all(self._last_use.get(value, -1) <= at for value in mine)


def _last_uses(block: Block) -> dict[Value, int]:
    """The place in the block of the equation that reads each value last."""
    found: dict[Value, int] = {}
    for at, eqn in enumerate(block.equations):
        found.update((value, at) for value in values_used(eqn))
    found.update((result, len(block.equations)) for result in _values(block.results))
    return found


def _shared(eqn: Equation) -> Iterator[tuple[Value, Value]]:
    """Yield (output, operand) for outputs that live in the buffer of an operand."""
    if not eqn.operands or len(eqn.outputs) != 1 or not isinstance(eqn.output.aval, Array):
        return
    source = eqn.operands[0]
    hands_on = eqn.primitive in VIEWS or eqn.primitive in IN_PLACE or _reads_view(eqn)
    if hands_on and isinstance(source, Value) and isinstance(source.aval, Array):
        yield eqn.output, source


def _reads_view(eqn: Equation) -> bool:
    return eqn.primitive is indexing.getitem and not has_arrays(
        eqn.attrs["spec"], [o.aval for o in eqn.operands]
    )


def _values(operands: tuple[Operand, ...]) -> list[Value]:
    return [operand for operand in operands if isinstance(operand, Value)]
