"""What is computed when: in front of which loop over strips, or in it.

Equations that have a rule are computed strip by strip, as far as they need no sum over the whole axis; what
needs one is in a later loop. All else is computed whole, between the loops.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, values_used
from bpcompiler.ir.types import Array
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.lowering.strips.strip import Strip


class Schedule:
    """The loops that a run of equations without effects becomes, and what stands between them."""

    def __init__(self, equations: Sequence[Equation], axis: Axis, may: Callable[[Equation], bool]) -> None:
        self.equations = equations
        self.loop_of: dict[Equation, int] = {}
        self._in_front_of: dict[Equation, int] = {}
        self._made_in: dict[Value, Equation] = {}
        whole: dict[Value, int] = {}  # the first loop in which a whole array, or a sum, is there
        for eqn in equations:
            if may(eqn):
                self.loop_of[eqn] = self._first(eqn, whole, 0)
                for value in eqn.outputs:
                    if axis.is_in(value.aval):
                        self._made_in[value] = eqn
                    else:
                        whole[value] = self.loop_of[eqn] + 1
            else:
                self._in_front_of[eqn] = self._first(eqn, whole, 1)
                whole.update(dict.fromkeys(eqn.outputs, self._in_front_of[eqn]))
        self._put_off()

    def _first(self, eqn: Equation, whole: dict[Value, int], after: int) -> int:
        """Return the first loop that an equation may be in; `after` a loop, what it made is there whole."""
        used = list(values_used(eqn))
        made = (self.loop_of[self._made_in[value]] + after for value in used if value in self._made_in)
        return max([0, *made, *(whole.get(value, 0) for value in used if value not in self._made_in)])

    def _put_off(self) -> None:
        """What needs nothing of its loop, and is read in later ones only, is computed where it is read."""
        readers: dict[Value, list[Equation]] = {}
        for eqn in reversed(self.equations):
            if eqn in self.loop_of and eqn.outputs[0] in self._made_in:
                some = readers.get(eqn.output, [])
                given = not any(value in self._made_in for value in values_used(eqn))
                if given and some and all(reader in self.loop_of for reader in some):
                    self.loop_of[eqn] = min(self.loop_of[reader] for reader in some)
            for value in values_used(eqn):
                readers.setdefault(value, []).append(eqn)

    @property
    def count(self) -> int:
        """The number of loops."""
        return 1 + max(self.loop_of.values(), default=-1)

    def members(self, loop: int) -> list[Equation]:
        """Return what is computed in a loop, in order."""
        return [eqn for eqn in self.equations if self.loop_of.get(eqn) == loop]

    def in_front_of(self, loop: int) -> list[Equation]:
        """Return what is computed in front of a loop, or after all of them, in order."""
        return [eqn for eqn in self.equations if self._in_front_of.get(eqn) == loop]

    def wanted_whole(self, loop: int, outside: set[Value]) -> list[Value]:
        """Return what is made in a loop and read elsewhere; `outside`: what is read after the equations."""
        made = [value for eqn in self.members(loop) for value in eqn.outputs if value in self._made_in]
        elsewhere = set(outside)
        for eqn in self.equations:
            if self.loop_of.get(eqn) != loop:
                elsewhere.update(values_used(eqn))
        return [value for value in made if value in elsewhere]


def has_rule(axis: Axis, eqn: Equation) -> bool:
    """Return whether an equation has the long axis and can be computed strip by strip."""
    values = [operand for operand in (*eqn.operands, *eqn.outputs) if axis.is_in(operand.aval)]
    if not values or len(eqn.outputs) != 1:
        return False
    start, count = sizes.symbol("start"), sizes.symbol("count")

    def form(value: Value) -> Operand:
        return Value(Array(value.aval.dtype, trial.shape(value.aval)))

    trial = Strip(axis, start, count, Builder(), form)
    return trial.write(eqn) is not None
