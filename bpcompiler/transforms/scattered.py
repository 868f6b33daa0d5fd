"""Totals that are zero but for some parts: what comes afterwards, and is a whole array, saves the zeros.

d = zeros; d[i] += v; d += w        becomes        d = w; d[i] += v
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, values_used
from bpcompiler.primitives.broadcasting import broadcast_to
from bpcompiler.primitives.creation import zeros_like
from bpcompiler.primitives.indexing import add_at


@dataclass(slots=True)
class Scattered:
    """The equations of each such total: that of the zeros, then those that add to it."""

    _made: dict[Operand, tuple[Equation, ...]] = field(default_factory=dict)

    def noted(self, emit: Builder, total: Operand) -> Operand:
        """Return a total, which was made last, and take note of it if it is zero but for a part."""
        made = tuple(emit.equations[-2:])
        if [eqn.primitive for eqn in made] == [zeros_like, add_at] and made[-1].output is total:
            self._made[total] = made
        return total

    def again(self, emit: Builder, total: Operand, scatter: Equation) -> Value:
        """Add to a part of a total what `scatter` adds to another array."""
        found = emit.one(add_at, total, *scatter.operands[1:], **scatter.attrs)
        if total in self._made:
            self._made[found] = (*self._made.pop(total), emit.equations[-1])
        return found

    def may_add_to(self, emit: Builder, total: Operand, whole: Operand, *, in_turn: bool) -> bool:
        """Return whether the parts may be added to a whole array instead: nobody else has read the total.

        Outside of loops only if both belong to one statement, so that parts do not wait for long.
        """
        made = self._made.get(total, ())
        here = emit.origin.statement if emit.origin is not None else None
        near = all(eqn.origin is not None and eqn.origin.statement == here for eqn in made)
        if not made or not (in_turn or near):
            return False
        taken = {eqn.output for eqn in made}
        repeated = any(eqn.primitive is broadcast_to and eqn.output is whole for eqn in emit.equations)
        left = (value for eqn in emit.equations if eqn not in made for value in values_used(eqn))
        return not repeated and taken.isdisjoint(left)

    def added_to(self, emit: Builder, total: Operand, whole: Operand) -> Operand:
        """Take back the equations of a total and return a whole array with its parts added."""
        made = self._made.pop(total)
        emit.equations[:] = [eqn for eqn in emit.equations if eqn not in made]
        for scatter in made[1:]:
            whole = emit.one(add_at, whole, *scatter.operands[1:], **scatter.attrs)
        return whole
