"""Two loops, the one in the other, that may change places.

A loop may, with the one loop that it holds, if what is written of an array is read and written at one place
in a turn, which has one of the two indices: each element then sees the same turns in the same order. Two
forms are known:

    for j: for k: out[.., j, ..] = ...                        arrays alone go from turn to turn
    for j: total = ...; for k: total += ...; out[j] = total   numbers, that begin anew for each j
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bpcompiler.ir.equations import Equation, Operand, Value, has_effect, values_used
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.fusion.memory import Memory, is_array
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import empty, load, store


@dataclass(frozen=True, slots=True)
class Pair:
    """A loop, the loop in it, and what stands in front of that and after it."""

    outer: Equation
    inner: Equation
    before: tuple[Equation, ...]
    after: tuple[Equation, ...]

    @property
    def index(self) -> Value:
        """The index of the outer loop, which will be the inner one."""
        return self.outer.blocks[0].params[0]

    @property
    def carries_numbers(self) -> bool:
        """Whether the inner loop has numbers for the outer one."""
        return not any(map(is_array, self.inner.outputs))


def pair_of(outer: Equation, inner: Equation, memory: Memory) -> Pair | None:
    """Return the two loops, if they may change places."""
    equations = outer.blocks[0].equations
    at = equations.index(inner)
    pair = Pair(outer, inner, equations[:at], equations[at + 1 :])
    fits = _is_plain(pair) and (_hands_on_arrays(pair) or _hands_on_numbers(pair))
    return pair if fits and _keeps_order(pair, memory) else None


def _is_plain(pair: Pair) -> bool:
    """Whether the loops count independently, without effects, and only elements are read and written."""
    core = pair.inner.blocks[0].equations
    if any(eqn.primitive is not size_value for eqn in pair.before) or has_effect(pair.outer):
        return False
    if any(_is_symbol(loop) or loop.attrs.get("exits") for loop in (pair.outer, pair.inner)):
        return False
    if any(eqn.blocks for eqn in (*core, *pair.after)) or any(eqn.primitive is empty for eqn in core):
        return False
    if any(any(map(is_array, eqn.operands)) and eqn.primitive not in (load, store) for eqn in core):
        return False
    return not _uses(pair.inner.operands[:3], pair.outer.blocks[0].params)


def _is_symbol(loop: Equation) -> bool:
    aval = loop.blocks[0].params[0].aval
    return isinstance(aval, Scalar) and aval.size is not None


def _hands_on_arrays(pair: Pair) -> bool:
    (body,) = pair.outer.blocks
    return (
        not pair.after
        and all(map(is_array, pair.inner.outputs))
        and pair.inner.operands[3:] == body.params[1:]
        and pair.inner.outputs == body.results
    )


def _hands_on_numbers(pair: Pair) -> bool:
    (body,) = pair.outer.blocks
    return (
        pair.carries_numbers
        and bool(pair.after)
        and not _uses(pair.inner.operands[3:], body.params)
        and not _uses(values_used(pair.inner), body.params[1:])
    )


def _uses(operands: Iterable[Operand], values: Sequence[Value]) -> bool:
    return not set(values).isdisjoint(o for o in operands if isinstance(o, Value))


def _keeps_order(pair: Pair, memory: Memory) -> bool:
    """Whether each element that is written sees the same turns in the same order."""
    accesses = memory.of(pair.inner)
    if any(access.writes for access in accesses) and pair.carries_numbers:
        return False
    written_after = {a.buffer for eqn in pair.after for a in memory.of(eqn) if a.writes}
    if any(access.buffer in written_after for access in accesses):
        return False
    indices = {pair.index, pair.inner.blocks[0].params[0]}
    for buffer in {access.buffer for access in accesses if access.writes}:
        places = {(access.view, access.indices) for access in accesses if access.buffer is buffer}
        if len(places) > 1 or indices.isdisjoint(next(iter(places))[1] or ()):
            return False
    return True
