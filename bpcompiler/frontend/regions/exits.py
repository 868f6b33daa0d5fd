"""How the sides of a branch end: by running on, or by leaving a loop or function, joined into one ending.

Sides that leave in the same way are one `Completion`. Else it is `Perhaps`: a traced code says which, and
what follows runs where nothing has left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import NeedsValueError, UnsupportedError
from bpcompiler.frontend.interpreter.frames import CODES, Completion, Ending, Kind, Perhaps
from bpcompiler.frontend.interpreter.maybe import Unjoined
from bpcompiler.frontend.regions import holders
from bpcompiler.frontend.regions.blocks import Side, trace_of
from bpcompiler.frontend.regions.descriptions import UNDEFINED
from bpcompiler.frontend.regions.joins import Join, Outputs, Rebuild
from bpcompiler.frontend.regions.slots import Slot
from bpcompiler.frontend.trace import Trace
from bpcompiler.ir.types import INT64, Array, Scalar
from bpcompiler.primitives import piecewise

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

LEAVE = ("break", "continue", "return")
Joined = Callable[[Outputs], Ending]


def kind_of(side: Side) -> str:
    """Return the kind of a side's ending: "on", "perhaps", or that of its completion."""
    if side.ending is None:
        return "on"
    return side.ending.kind if isinstance(side.ending, Completion) else "perhaps"


def raises(side: Side) -> bool:
    """Return whether a side always ends with an exception."""
    return kind_of(side) == "raise"


def leaves(side: Side) -> bool:
    """Return whether a side always leaves the statements around it."""
    return kind_of(side) in LEAVE


def returns(side: Side) -> bool:
    """Return whether a side always leaves the function."""
    return kind_of(side) in ("return", "raise")


# ------------------------------------------------------------------ joining


def joined(join: Join, left: Ending, right: Ending) -> Joined:
    """Return what makes the joined ending from the region's results."""
    if _raising(left) and _raising(right):
        return lambda outputs: left
    possible = dict.fromkeys((*_kinds(left), *_kinds(right)))
    value = _value(join, left, right)
    if len(possible) == 1:
        (kind,) = possible
        return lambda outputs: None if kind == "on" else Completion(kind, value(outputs))
    kinds = tuple(kind for kind in possible if kind != "on")
    code = _code(join, left, right, kinds)
    return lambda outputs: Perhaps(kinds, code(outputs), value(outputs))


def _raising(ending: Ending) -> bool:
    return isinstance(ending, Completion) and ending.kind == "raise"


def _kinds(ending: Ending) -> tuple[Any, ...]:
    if ending is None:
        return ("on",)
    if isinstance(ending, Perhaps):
        return ("on", *ending.kinds)
    assert isinstance(ending, Completion)
    return () if ending.kind == "raise" else (ending.kind,)


def _value(join: Join, left: Ending, right: Ending) -> Rebuild:
    """Return the rebuild of what is returned, where it is."""
    values = [
        end.value
        if isinstance(end, Completion | Perhaps) and {"return", "value"} & {*_kinds(end)}
        else UNDEFINED
        for end in (left, right)
    ]
    if all(value is UNDEFINED for value in values):
        return lambda outputs: None
    return join.value(values[0], values[1], "")


def _code(join: Join, left: Ending, right: Ending, kinds: tuple[Kind, ...]) -> Rebuild:
    if len(kinds) == 1:
        return join.flag(_flag(left), _flag(right))
    numbers = [_number(join.trace, end) for end in (left, right)]
    return join.leaf(numbers[0], numbers[1], Scalar(INT64, weak=True), "")


def _flag(ending: Ending) -> Any:
    """Return whether a side leaves, where there is one way only to leave."""
    if isinstance(ending, Perhaps):
        return ending.code
    return UNDEFINED if _raising(ending) else ending is not None


def _number(trace: Trace, ending: Ending) -> Any:
    """Return the number of how a side ends."""
    if isinstance(ending, Perhaps):
        if len(ending.kinds) > 1:
            return ending.code
        return Coded(trace, ending)
    if _raising(ending):
        return UNDEFINED
    return 0 if ending is None else CODES[ending.kind]  # type: ignore[union-attr]


class Coded:
    """The number of a side's ending, made of its bool at the end of the side's block."""

    def __init__(self, trace: Trace, ending: Perhaps) -> None:
        self.trace, self.ending = trace, ending

    def __call__(self) -> Any:
        """Return the number."""
        (kind,) = self.ending.kinds
        return self.trace.elementwise(piecewise.select, self.ending.code, CODES[kind], 0)


def slot_plan(join: Join, slot: Slot) -> Rebuild:
    """Return the rebuild of a slot. A name whose values cannot be joined is an error where it is read."""
    if slot.key is None:
        return version_plan(join, slot)
    try:
        return join.value(slot.left, slot.right, slot.name)
    except (NeedsValueError, UnsupportedError) as error:
        if not holders.is_environment(slot.holder):
            raise
        failure = Unjoined(error)
        return lambda outputs: failure


def version_plan(join: Join, slot: Slot) -> Rebuild:
    """Return the rebuild of an array's version."""
    trace = join.trace
    values = [side for side in (slot.left, slot.right) if side is not UNDEFINED]
    if all(value is values[0] for value in values) and values[0] not in join.local:
        return lambda outputs: values[0]
    name = next((trace.builder.names[value] for value in values if value in trace.builder.names), "")
    sides = [side if side is UNDEFINED else trace.rewrap(side) for side in (slot.left, slot.right)]
    aval = values[0].aval
    return join.leaf(sides[0], sides[1], Array(aval.dtype, aval.shape), name)


# ------------------------------------------------------------------ going on


def left(m: Interpreter, ending: Perhaps) -> Any:
    """Return the traced bool: something has left."""
    if len(ending.kinds) == 1:
        return ending.code
    return trace_of(m).elementwise(piecewise.not_equal, ending.code, 0)


def leaving(ending: Perhaps) -> Ending:
    """Return how it ended, where something has left."""
    if len(ending.kinds) == 1:
        return Completion(ending.kinds[0], ending.value)
    return Perhaps(ending.kinds, ending.code, ending.value)


def has_left_by(m: Interpreter, ending: Perhaps, kinds: Sequence[Kind]) -> Any:
    """Return the bool, ordinary or traced: it has left in one of these ways."""
    if all(kind in kinds for kind in ending.kinds):
        return left(m, ending)
    if not any(kind in kinds for kind in ending.kinds):
        return False
    trace = trace_of(m)
    tests = [
        trace.elementwise(piecewise.equal, ending.code, CODES[kind]) for kind in kinds if kind in ending.kinds
    ]
    result = tests[0]
    for test in tests[1:]:
        result = trace.elementwise(piecewise.logical_or, result, test)
    return result
