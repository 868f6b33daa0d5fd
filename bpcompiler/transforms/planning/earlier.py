"""What could be computed before a loop instead of after it: what does not depend on the loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcompiler.analysis.refusals import may_be_refused
from bpcompiler.analysis.sharing import STORES
from bpcompiler.ir.equations import Equation, Operand, Value, has_effect, values_used
from bpcompiler.ir.program import Program
from bpcompiler.primitives.regions import as_size
from bpcompiler.primitives.tapes import recall
from bpcompiler.transforms.planning.homes import own_symbol, symbols_in


class Earlier:
    """The equations of a program from a loop on; the first `count` of the program are forward."""

    def __init__(self, program: Program, count: int, loop: Equation) -> None:
        self._equations, self._count = program.equations, count
        self._at = self._equations.index(loop)
        later = [(i, eqn) for i, eqn in enumerate(self._equations) if i >= self._at]
        self._place = {value: i for i, eqn in later for value in eqn.outputs}
        self._binder = {
            symbol: value
            for _, eqn in later
            if eqn.primitive in (as_size, recall)
            for value in eqn.outputs
            for symbol in own_symbol(value.aval)
        }

    def needed_for(self, operands: Iterable[Operand]) -> set[int] | None:
        """Return the places of the later equations that make these; None if one of them has to stay there."""
        found: set[int] = set()
        waiting = [*operands]
        while waiting:
            operand = waiting.pop()
            place = self._place.get(operand) if isinstance(operand, Value) else None
            if place is None or place in found:
                continue
            if not self._may_move(place):
                return None
            found.add(place)
            eqn = self._equations[place]
            waiting += [*values_used(eqn), *self.bound_in([eqn])]
        return found

    def bound_in(self, equations: Iterable[Equation]) -> Iterator[Value]:
        """Yield the values of later equations that say what a size in these is."""
        for eqn in equations:
            for symbol in symbols_in((*eqn.attrs.values(), *(value.aval for value in eqn.outputs))):
                if symbol in self._binder and self._binder[symbol] not in eqn.outputs:
                    yield self._binder[symbol]

    def _may_move(self, place: int) -> bool:
        """A store of the user's stays where it is: in front of the loop it would cost a copy."""
        eqn = self._equations[place]
        if eqn.blocks or has_effect(eqn) or may_be_refused(eqn) or place == self._at:
            return False
        return place >= self._count or eqn.primitive not in STORES
