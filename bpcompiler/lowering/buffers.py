"""Who owns which buffer in a program that is about to be lowered: what may be written in place.

Stores and accumulations live in the buffer of their first operand where nobody reads the old version any
more and the buffer is not the caller's; else in a copy. What a loop computes for its next turn, element by
element or as a product, lives in the buffer of the carry, on the same terms. Every other equation allocates,
but for reshapes.
"""

from __future__ import annotations

from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.ir.types import Array
from bpcompiler.lowering.carried_buffers import CarriedBuffers
from bpcompiler.lowering.predecessors import reads_elsewhere
from bpcompiler.lowering.sharing import NOWHERE, Roots, Sharing
from bpcompiler.lowering.uses import LOOPS
from bpcompiler.primitives import adjoint, creation, indexing, lapack, piecewise, shapes, stores
from bpcompiler.primitives.regions import if_, update

OVERWRITES = {
    *(adjoint.accumulate, indexing.add_at, stores.setitem, stores.setslice),
    lapack.cholesky_adjoint,
}
SECOND_NAMES = {piecewise.alias, piecewise.stop_gradient}


class Buffers:
    """The buffers of a program, nested blocks included."""

    def __init__(self, block: Block) -> None:
        self._sharing = Sharing(block)
        updated = {eqn.operands[0] for eqn in block.equations if eqn.primitive is update}
        self._sharing.foreign |= set(block.params) - updated
        for param in block.params:
            self._sharing.share(param, frozenset([param]))
        _place_block(self._sharing, block)

    def may_overwrite(self, eqn: Equation) -> bool:
        """Return whether a store or an accumulation may write into its first operand."""
        return eqn in self._sharing.granted

    def overwritten(self, eqn: Equation) -> Value | None:
        """Return the array whose buffer a store, an accumulation or a loop's next carry is written into."""
        return self._sharing.granted.get(eqn)

    def starts_with_copy(self, eqn: Equation, carry: int) -> bool:
        """Return whether a loop must copy the array that a carry starts with: it is written in the loop."""
        return (eqn, carry) in self._sharing.copied

    def written(self, eqn: Equation) -> Roots:
        """Return the buffers that an equation, or one in its blocks, writes into."""
        return self._sharing.written.get(eqn, NOWHERE)

    def roots(self, value: Value) -> Roots:
        """Return the buffers that an array may live in, once it is computed."""
        return self._sharing.roots(value)

    def same(self, one: Value, other: Value) -> bool:
        """Return whether two values may live in one buffer."""
        return bool(self.roots(one) & self.roots(other))

    def is_callers(self, value: Value) -> bool:
        """Return whether the buffer may be an argument's, or a constant."""
        return bool(self.roots(value) & self._sharing.callers)


def _place_block(sharing: Sharing, block: Block) -> Roots:
    """Place the values of a block; return the buffers that it writes into."""
    written = NOWHERE
    for eqn in block.equations:
        sharing.written[eqn] = _place(sharing, eqn)
        written |= sharing.written[eqn]
    return written


def _place(sharing: Sharing, eqn: Equation) -> Roots:
    if eqn.primitive in LOOPS:
        return CarriedBuffers(sharing, eqn, _place_block).place()
    if eqn.primitive is if_:
        return _place_branch(sharing, eqn)
    for value in eqn.outputs:
        if isinstance(value.aval, Array):
            sharing.share(value, _roots_after(sharing, eqn) or frozenset([value]))
    if eqn.primitive is creation.constant:
        sharing.callers.add(eqn.output)
        sharing.foreign.add(eqn.output)
    return sharing.roots(eqn.output) if eqn in sharing.granted else NOWHERE


def _place_branch(sharing: Sharing, eqn: Equation) -> Roots:
    written = _place_block(sharing, eqn.blocks[0]) | _place_block(sharing, eqn.blocks[1])
    for value, *results in zip(eqn.outputs, *(block.results for block in eqn.blocks), strict=True):
        if isinstance(value.aval, Array):
            sharing.share(value, NOWHERE.union(*map(sharing.roots, results)))
    return written


def _roots_after(sharing: Sharing, eqn: Equation) -> Roots:
    """The buffer of another array that the output lives in; nowhere if it is one of its own."""
    target = _target(sharing, eqn)
    if target is not None and sharing.may_write(target, eqn):
        sharing.granted[eqn] = target
        return sharing.roots(target)
    source = eqn.operands[0] if eqn.operands else None
    if not isinstance(source, Value) or not isinstance(source.aval, Array):
        return NOWHERE
    callers = bool(sharing.roots(source) & sharing.callers)
    if eqn.primitive in SECOND_NAMES or (eqn.primitive is shapes.reshape and not callers):
        return sharing.roots(source)
    return NOWHERE


def _target(sharing: Sharing, eqn: Equation) -> Value | None:
    """The array that an equation writes into where it may: what it changes, or what its output follows."""
    if eqn.primitive in OVERWRITES:
        target = eqn.operands[0]
        return target if isinstance(target, Value) and isinstance(target.aval, Array) else None
    before = sharing.predecessors.get(eqn.output) if len(eqn.outputs) == 1 else None
    return None if before is None or reads_elsewhere(sharing, eqn, before) else before
