"""Which stores of a program would destroy something if they were made in place.

A store of `x` is harmless if nothing that may live in the memory of `x` is read after it, and if that memory
is the program's own. The caller's array is its own where an `update` says that it is to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpcompiler.analysis.liveness import Liveness
from bpcompiler.analysis.sharing import STORES, Sharing
from bpcompiler.ir.equations import Block, Equation, Value, equations_of
from bpcompiler.ir.types import Array
from bpcompiler.primitives import indexing, regions


@dataclass(frozen=True, slots=True)
class Clobber:
    """A store that would destroy `victim`, which is read later; None: an array that is not ours."""

    store: Equation
    victim: Value | None

    @property
    def target(self) -> Value:
        """The array that is written."""
        target = self.store.operands[0]
        assert isinstance(target, Value)
        return target


class Memory:
    """Liveness and sharing of a program's block, and what follows for its stores."""

    def __init__(self, block: Block) -> None:
        updated = updates(block)
        self.block = block
        self.definitions = {value: eqn for eqn in equations_of(block) for value in eqn.outputs}
        self.liveness = Liveness(block, _reads)
        self.sharing = Sharing(block, (param for param in block.params if param not in updated))

    def clobbers(self) -> Iterator[Clobber]:
        """Yield what the stores would destroy, in the order of the program."""
        for eqn in equations_of(self.block):
            copies_back = eqn.primitive is regions.update and not self.is_updated_in_place(eqn)
            if eqn.primitive in STORES or copies_back:
                yield from self.clobbered_by(eqn)

    def clobbered_by(self, eqn: Equation) -> Iterator[Clobber]:
        """Yield what writing to an equation's first operand would destroy."""
        target = eqn.operands[0]
        if not isinstance(target, Value) or self.sharing.is_frozen(target):
            yield Clobber(eqn, None)
            return
        for value in self.sharing.sharers(target):
            if self.liveness.across(eqn, value) or (_adds_apart(eqn) and value is eqn.operands[1]):
                yield Clobber(eqn, value)

    def may_write(self, eqn: Equation) -> bool:
        """Return whether an equation may put its result where its first operand is."""
        read = [o for o in eqn.operands[1:] if isinstance(o, Value) and isinstance(o.aval, Array)]
        target = eqn.operands[0]
        if not isinstance(target, Value) or any(self.sharing.may_share(target, o) for o in read):
            return False
        return next(self.clobbered_by(eqn), None) is None

    def is_written(self, value: Value) -> bool:
        """Return whether a store may write into the memory of a value."""
        targets = (e.operands[0] for e in equations_of(self.block) if e.primitive in STORES)
        return any(isinstance(t, Value) and self.sharing.may_share(t, value) for t in targets)

    def is_updated_in_place(self, update: Equation) -> bool:
        """Return whether what the caller's array becomes was written in it."""
        array, final = update.operands
        return isinstance(array, Value) and isinstance(final, Value) and self.sharing.object(final) is array


def updates(block: Block) -> dict[Value, Equation]:
    """Return the equations by which the caller's arrays change, by array."""
    found = {}
    for eqn in block.equations:
        if eqn.primitive is regions.update and isinstance(eqn.operands[0], Value):
            found[eqn.operands[0]] = eqn
    return found


def _reads(eqn: Equation) -> Iterable[Value]:
    """An update writes the caller's array and does not read it."""
    operands = eqn.operands[1:] if eqn.primitive is regions.update else eqn.operands
    return [operand for operand in operands if isinstance(operand, Value)]


def _adds_apart(eqn: Equation) -> bool:
    """Whether the equation adds number by number, so that what it adds must not change meanwhile."""
    return eqn.primitive is indexing.add_at
