"""What is computed when: in which loops over strips, or in front of which.

Equations that have a rule are computed strip by strip, as far as they need no sum over the whole axis; what
needs one is in a later loop. All else is computed whole, between the loops. What costs less to compute than
to keep is computed again in a later loop that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand, Value, has_effect, values_used
from bpcompiler.ir.types import Array
from bpcompiler.lowering.fusion.recomputing import CHEAP
from bpcompiler.lowering.strips.axes import Axis
from bpcompiler.lowering.strips.strip import MOVEMENTS, Strip

MOST_AGAIN = 4  # equations that are computed again rather than that an array is kept


@dataclass(frozen=True, slots=True)
class Reading:
    """What an equation in a strip reads of arrays in their forms, what whole; whether it makes a share."""

    forms: frozenset[Value]
    whole: frozenset[Value]
    is_share: bool


class Schedule:
    """The loops that a run of equations becomes, and what stands between them."""

    def __init__(self, equations: Sequence[Equation], axis: Axis, may: Mapping[Equation, Reading]) -> None:
        self.equations, self._readings = equations, may
        self._loops: dict[Equation, set[int]] = {}
        self._in_front_of: dict[Equation, int] = {}
        self._made_by: dict[Value, Equation] = {}
        self._readers: dict[Value, list[Equation]] = {}
        whole: dict[Value, int] = {}  # the first loop in which a whole array, or a sum, is there
        checked = 0  # what stands behind a check stays there
        for eqn in equations:
            first = max(checked, self._first(eqn, whole))
            if eqn not in may:
                self._in_front_of[eqn] = first
                whole.update(dict.fromkeys(eqn.outputs, first))
                checked = first if has_effect(eqn) else checked
                continue
            self._loops[eqn] = {first}
            if may[eqn].is_share:
                whole[eqn.output] = first + 1
            else:
                self._made_by[eqn.output] = eqn
        self._put_off()
        self._repeat()

    def _first(self, eqn: Equation, whole: dict[Value, int]) -> int:
        """Return the first loop that an equation may be in, or in front of."""
        first = 0
        for value in values_used(eqn):
            maker = self._made_by.get(value)
            if maker is None:
                first = max(first, whole.get(value, 0))
            else:
                first = max(first, max(self._loops[maker]) + self._is_read_whole(value, eqn))
        return first

    def _is_read_whole(self, value: Value, eqn: Equation) -> bool:
        reading = self._readings.get(eqn)
        return reading is None or value in reading.whole

    def _makers(self, eqn: Equation) -> Iterator[Equation]:
        """Yield the equations of loops that make what an equation reads strip by strip."""
        reading = self._readings.get(eqn)
        forms = reading.forms if reading is not None else ()
        return (self._made_by[value] for value in forms if value in self._made_by)

    def _put_off(self) -> None:
        """What needs nothing of its loop, and is read in later ones only, is computed where it is read.

        It may need what an earlier loop made, which then is kept for the later one.
        """
        for eqn in reversed(self.equations):
            if eqn in self._loops and eqn.output in self._made_by:
                some = self._readers.get(eqn.output, [])
                makers = (self._made_by[value] for value in values_used(eqn) if value in self._made_by)
                given = all(max(self._loops[maker]) < min(self._loops[eqn]) for maker in makers)
                if given and some and not any(self._is_read_whole(eqn.output, reader) for reader in some):
                    self._loops[eqn] = {min(min(self._loops[reader]) for reader in some)}
            for value in values_used(eqn):
                self._readers.setdefault(value, []).append(eqn)

    def _repeat(self) -> None:
        """Compute in a loop what is cheap and of an earlier one."""
        for eqn in reversed(self.equations):
            for loop in list(self._loops.get(eqn, ())):
                for maker in self._makers(eqn):
                    for again in self._again(maker, loop) or ():
                        self._loops[again].add(loop)

    def _again(self, eqn: Equation, loop: int) -> set[Equation] | None:
        """Return what must be computed again to have an equation's output in a loop; None if that is dear."""
        if loop in self._loops[eqn]:
            return set()
        if eqn.primitive not in CHEAP and eqn.primitive not in MOVEMENTS:
            return None
        found = {eqn}
        for maker in self._makers(eqn):
            more = self._again(maker, loop)
            if more is None:
                return None
            found |= more
        return found if len(found) <= MOST_AGAIN else None

    # ------------------------------------------------------------------ what was found

    @property
    def count(self) -> int:
        """The number of loops."""
        return 1 + max((max(loops) for loops in self._loops.values()), default=-1)

    def members(self, loop: int) -> list[Equation]:
        """Return what is computed in a loop, in order."""
        return [eqn for eqn in self.equations if loop in self._loops.get(eqn, ())]

    def in_front_of(self, loop: int) -> list[Equation]:
        """Return what is computed in front of a loop, or after all of them, in order."""
        return [eqn for eqn in self.equations if self._in_front_of.get(eqn) == loop]

    def read_later(self, loop: int) -> set[Value]:
        """Return what a loop is the first to make and later ones read, but do not make again."""
        return {
            eqn.output
            for eqn in self._first_made(loop)
            for reader in self._readers.get(eqn.output, ())
            if reader in self._loops and eqn.output in self._readings[reader].forms
            if not self._loops[reader] <= self._loops[eqn]
        }

    def read_whole(self, loop: int, outside: set[Value]) -> set[Value]:
        """Return what a loop is the first to make and is read whole, or after all of the equations."""
        whole = outside.union(*(values_used(eqn) for eqn in self._in_front_of))
        whole.update(*(reading.whole for eqn, reading in self._readings.items()))
        return {eqn.output for eqn in self._first_made(loop) if eqn.output in whole}

    def moved(self, loop: int, outside: set[Value]) -> set[Value]:
        """Return the arrays that a loop reads, or leaves behind, in their own order."""
        read = {value for eqn in self.members(loop) for value in self._readings[eqn].forms}
        return read.difference(self._made_by) | self.read_whole(loop, outside)

    def _first_made(self, loop: int) -> Iterator[Equation]:
        made = (eqn for eqn in self.members(loop) if eqn.output in self._made_by)
        return (eqn for eqn in made if min(self._loops[eqn]) == loop)


def reading_of(axis: Axis, eqn: Equation) -> Reading | None:
    """Return what an equation reads in a strip; None if it has no long axis, or no rule."""
    values = [operand for operand in (*eqn.operands, *eqn.outputs) if axis.is_in(operand.aval)]
    if not values or len(eqn.outputs) != 1 or has_effect(eqn):
        return None
    forms: dict[Value, Value] = {}

    def form(value: Value) -> Operand:
        return forms.setdefault(value, Value(Array(value.aval.dtype, trial.shape(value.aval))))

    trial = Strip(axis, sizes.symbol("start"), sizes.symbol("count"), Builder(), form)
    written = trial.write(eqn)
    if written is None:
        return None
    read = {operand for made in trial.emit.equations for operand in made.operands}
    return Reading(frozenset(forms), frozenset(read.intersection(eqn.operands)), trial.is_share(written))  # type: ignore[arg-type]
