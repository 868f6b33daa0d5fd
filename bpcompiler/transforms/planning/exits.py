"""What decided that a loop was left, seen from behind: it was false in every turn but the last.

for ...:                            for ... backwards:
    c = x > limit                       c = stopped and this is the last turn
    if c: break                         if c: ...

So nothing has to be kept for each turn. That a condition is true only where the loop is left is read off a
table: of all ways on which branches can be taken, as far as they decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value
from bpcompiler.ir.types import BOOL, Scalar
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.loops import carries_of
from bpcompiler.primitives.piecewise import equal, logical_and, select
from bpcompiler.primitives.regions import if_
from bpcompiler.transforms.planning.replay import is_replayed

MOST = 5  # conditions that a table is made of
FLAG = Scalar(BOOL, weak=True)

UNKNOWN = (None, True, None)  # a case in which nobody can say whether a condition and a candidate agree

Row = dict[Value, bool]
Context = tuple[tuple[Operand, bool], ...]  # the conditions of the branches around, and what they are there


class _AskError(Exception):
    """What a value is depends on that of a condition."""

    def __init__(self, condition: Value | None) -> None:
        super().__init__(condition)
        self.condition = condition


@dataclass(slots=True, eq=False)
class _Exits:
    """The conditions in the body of a loop with exits."""

    loop: Equation
    _made: dict[Value, Equation] = field(default_factory=dict)
    _contexts: dict[Value, Context] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._enter(self.loop.blocks[-1], ())

    def _enter(self, block: Block, context: Context) -> None:
        for eqn in block.equations:
            self._made.update((value, eqn) for value in eqn.outputs)
            self._contexts.update((value, context) for value in eqn.outputs)
            if eqn.primitive is if_:
                for inner, truth in zip(eqn.blocks, (True, False), strict=True):
                    self._enter(inner, (*context, (eqn.operands[0], truth)))

    def conditions(self) -> Iterator[Value]:
        """Yield the conditions that a turn computes."""
        yield from (value for value in self._made if value.aval.dtype is BOOL and not value.aval.shape)

    def same_when_left(self, condition: Value) -> Operand | None:
        """Return a result of the body, or what could be one, that is this condition.

        It may differ where the condition is not computed. None if there is no such value, or if the loop
        may go on though the condition is true.
        """
        stop, *_ = self.loop.blocks[-1].results
        here = [condition] if not self._contexts[condition] else []
        candidates = (*self.flags(), stop, *here)
        return next((c for c in candidates if self._is_same(condition, c, stop)), None)

    def flags(self) -> dict[Operand, Value]:
        """Return the carried conditions that are false before the loop, with what they are after it."""
        first = self.loop.operands[len(self.loop.operands) - len(self.loop.outputs) :]
        results = carries_of(self.loop.blocks[-1], self.loop.attrs)
        carries = zip(first, results, self.loop.outputs, strict=True)
        return {r: out for init, r, out in carries if isinstance(init, Literal) and init.value is False}

    def _is_same(self, condition: Value, candidate: Operand, stop: Operand) -> bool:
        found = list(self._rows((condition, candidate, stop), {}, self._contexts[condition]))
        return bool(found) and all(is_true == same and (not is_true or left) for is_true, same, left in found)

    def _rows(self, wanted: Sequence[Operand], row: Row, context: Context) -> Iterator[tuple[object, ...]]:
        """Yield what these are in each case."""
        if len(row) > MOST:
            yield UNKNOWN
            return
        try:
            if any(self._value(operand, row) != truth for operand, truth in context):
                return
            values = tuple(self._value(operand, row) for operand in wanted)
        except _AskError as error:
            if error.condition is None:
                yield UNKNOWN
                return
            for truth in (True, False):
                yield from self._rows(wanted, {**row, error.condition: truth}, context)
        else:
            yield values

    def _value(self, operand: Operand, row: Row) -> object:
        """Return a bool or an integer, as the conditions of a row say."""
        if isinstance(operand, Literal):
            return operand.value
        if operand in row:
            return row[operand]
        try:
            return self._computed(operand, self._made[operand], row)
        except (KeyError, _AskError) as error:
            if isinstance(error, _AskError) and error.condition is not None:
                raise
            raise _AskError(operand if operand.aval.dtype is BOOL else None) from None

    def _computed(self, value: Value, eqn: Equation, row: Row) -> object:
        if eqn.primitive is if_:
            taken = eqn.blocks[0 if self._value(eqn.operands[0], row) else 1]
            return self._value(taken.results[eqn.outputs.index(value)], row)
        if eqn.primitive is select:
            choice, then, otherwise = eqn.operands
            return self._value(then if self._value(choice, row) else otherwise, row)
        floats = any(operand.aval.dtype.is_float for operand in eqn.operands)
        if not isinstance(eqn.primitive, Elementwise) or value.aval.dtype is not BOOL or floats:
            raise _AskError(None)
        found = eqn.primitive.evaluate(*(self._value(o, row) for o in eqn.operands), **eqn.attrs)
        return found.item() if hasattr(found, "item") else found


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """A condition is `after` in the last turn of a loop, and false in the others. `result`: that of a turn.

    `is_new`: the loop does not carry it yet.
    """

    loop: Equation
    result: Operand
    after: Value
    is_new: bool


def conditions_left_by(regions: Iterable[Equation]) -> dict[Value, Left]:
    """Return what is known of the conditions in loops with exits when the loops are left."""
    found: dict[Value, Left] = {}
    for loop in (region for region in regions if region.attrs.get("exits") and not is_replayed(region)):
        exits = _Exits(loop)
        known = {result: Left(loop, result, after, is_new=False) for result, after in exits.flags().items()}
        for condition in exits.conditions():
            if (same := exits.same_when_left(condition)) is not None:
                new = Left(loop, same, Value(FLAG), is_new=True)
                found[condition] = known.setdefault(same, new)
    return found


def in_this_turn(emit: Builder, after: Operand, turn: Operand, last: Operand) -> Value:
    """Return a condition in a turn of the reverse, which begins with the last one."""
    return emit.one(logical_and, after, emit.one(equal, turn, last))
