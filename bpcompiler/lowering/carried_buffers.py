"""The buffers that a loop carries: each is a root of its own inside the loop.

A loop that writes into what it carries takes the buffer over that it starts with, or a copy of it. A carry is
not written in place where the buffer would be somebody else's too in the next turn.
"""

from __future__ import annotations

from collections.abc import Callable

from bpcompiler.ir.equations import Block, Equation, Value, equations_of
from bpcompiler.ir.types import Array
from bpcompiler.lowering.predecessors import predecessors
from bpcompiler.lowering.sharing import NOWHERE, Roots, Sharing
from bpcompiler.primitives.loops import carries_of, for_

PlaceBlock = Callable[[Sharing, Block], Roots]


class CarriedBuffers:
    """One loop. Its body is placed again until no carry is written that cannot be owned."""

    def __init__(self, sharing: Sharing, eqn: Equation, place_block: PlaceBlock) -> None:
        self.sharing, self.eqn, self.place_block = sharing, eqn, place_block
        self.body = eqn.blocks[-1]
        first = eqn.primitive is for_
        params = self.body.params[1:] if first else self.body.params
        inits, results = eqn.operands[3 * first :], carries_of(self.body, eqn.attrs)
        arrays = [k for k, value in enumerate(eqn.outputs) if isinstance(value.aval, Array)]
        self.inits = {k: inits[k] for k in arrays}
        self.results = {k: results[k] for k in arrays}
        self._carry_of = {params[k]: k for k in arrays}
        sharing.predecessors.update(predecessors(self.body, {params[k]: results[k] for k in arrays}))
        self._inside = {*params, *(value for inner in equations_of(self.body) for value in inner.outputs)}

    def place(self) -> Roots:
        """Place the values of the loop and its outputs; return the buffers that are written into."""
        mark, refused = self.sharing.mark(), set[int]()
        written = self._try(refused)
        while wrong := self._not_ours(written) - refused:
            refused |= wrong
            self.sharing.undo(mark, self.eqn.blocks)
            written = self._try(refused)
        self.sharing.copied |= {(self.eqn, k) for k in self._owned(written) if not self._takes_over(k)}
        for k in self.inits:
            self.sharing.share(self.eqn.outputs[k], self._outside(k, frozenset()))
        return NOWHERE.union(*map(self._seen_from_outside, written))

    def _try(self, refused: set[int]) -> Roots:
        for param in (param for block in self.eqn.blocks for param in block.params):
            if isinstance(param.aval, Array):
                self.sharing.share(param, frozenset([param]))
                self.sharing.foreign.discard(param)
                if self._carry_of.get(param) in {None, *refused}:  # the test of a loop only looks
                    self.sharing.foreign.add(param)
        return NOWHERE.union(*(self.place_block(self.sharing, block) for block in self.eqn.blocks))

    def _not_ours(self, written: Roots) -> set[int]:
        """The carries that must not be written: in the next turn the buffer would be somebody else's too."""
        after = {k: self.sharing.roots(result) for k, result in self.results.items()}
        twice = {k for k in after for j in after if j != k and after[j] & after[k]}
        ours = self._inside - self.sharing.foreign
        return twice | {k for k in self._owned(written) if not after[k] <= ours}

    def _owned(self, written: Roots) -> set[int]:
        """The carries that are written, and those whose buffers become theirs in a later turn."""
        owned = {self._carry_of[root] for root in written if root in self._carry_of}
        while more := {j for k in owned for j in self._carries_in(k)} - owned:
            owned |= more
        return owned

    def _carries_in(self, k: int) -> set[int]:
        roots = self.sharing.roots(self.results[k])
        return {self._carry_of[root] for root in roots if root in self._carry_of}

    def _takes_over(self, k: int) -> bool:
        """Whether the loop may write into the buffer that a carry starts with."""
        init = self.inits[k]
        mine = self.sharing.roots(init)
        if any(j != k and self.sharing.roots(other) & mine for j, other in self.inits.items()):
            return False
        return isinstance(init, Value) and self.sharing.may_write(init, self.eqn)

    def _outside(self, k: int, seen: frozenset[int]) -> Roots:
        """Where a carry's last version may live, as seen from outside of the loop."""
        if k in seen:
            return NOWHERE
        copied = (self.eqn, k) in self.sharing.copied
        found = frozenset([self.eqn.outputs[k]]) if copied else self.sharing.roots(self.inits[k])
        for root in self.sharing.roots(self.results[k]):
            inner = self._carry_of.get(root)
            found |= frozenset([root]) if inner is None else self._outside(inner, seen | {k})
        return found

    def _seen_from_outside(self, root: Value) -> Roots:
        carry = self._carry_of.get(root)
        return frozenset([root]) if carry is None else self._outside(carry, frozenset())
