"""Where a kept value is recorded and recalled: the tape, and its indices where all trip counts are known.

A tape whose loops all run a number of turns that is known before the outermost one is an array with one
dimension for each loop, and its index there is the number of the turn: also where a loop is left earlier.
Any other grows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Value, literal
from bpcompiler.ir.sizes import Dim, Size, Symbol
from bpcompiler.ir.types import Aval, Scalar
from bpcompiler.primitives.arithmetic import floordiv, sub
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.tapes import Tape, recall, record
from bpcompiler.transforms.planning.homes import Chain, symbols_in

MOST = 2**16  # turns of a loop with exits for which there is room at once

Here = Callable[[Value], Operand]  # the loop index that stands for a forward loop's, where code is added


@dataclass(frozen=True, slots=True, eq=False)
class Keeping:
    """How a value is kept: on a tape, at the turns of these loops (none: on top)."""

    tape: Tape
    loops: tuple[Equation, ...]
    sizes: tuple[Size, ...] | None

    def record(self, emit: Builder, value: Operand, here: Here) -> None:
        """Add that the value is kept."""
        emit.emit(record, value, *self._indices(emit, here), tape=self.tape)

    def recall(self, emit: Builder, here: Here) -> Value:
        """Add that the value is taken back, and return it."""
        return emit.one(recall, *self._indices(emit, here), tape=self.tape)

    def _indices(self, emit: Builder, here: Here) -> list[Operand]:
        if self.sizes is None:
            return []
        return [_turn(emit, here(loop.blocks[-1].params[0]), *loop.operands[:3:2]) for loop in self.loops]


def keeping(
    aval: Aval, name: str, chain: Chain, known: Collection[Symbol], around: tuple[Equation, ...] = ()
) -> Keeping:
    """Return how a value inside these regions is kept; `known`: the symbols bound before the outermost.

    `around`: loops around them, every turn of which may use the tape again.
    """
    loops = tuple(region for region, _ in chain if region.blocks and region.primitive.name != "if_")
    found = _trips(loops, known, around) if loops else None
    if found is not None and not set(symbols_in(aval)) <= set(known) | _index_symbols(aval):
        found = None
    return Keeping(Tape(aval, name), loops, found)


def _index_symbols(aval: Aval) -> set[Symbol]:
    """A number may be a size by itself: only the dimensions of what is kept have to be known."""
    return set(symbols_in(aval)) if isinstance(aval, Scalar) else set()


def _trips(
    loops: tuple[Equation, ...], known: Collection[Symbol], around: tuple[Equation, ...]
) -> tuple[Size, ...] | None:
    """Return how many turns each loop takes at most, as sizes that are known before the outermost."""
    found: list[Size] = []
    indices: dict[Symbol, tuple[Size, Size]] = {}  # of the loops so far: the least and the greatest value
    for loop in around:
        _bound_index(loop, indices)
    for loop in loops:
        most = loop.attrs.get("turns")
        if most is not None and set(symbols_in(most)) <= set(known):
            found.append(most)
            continue
        counted = _range(loop)
        if counted is None:
            return None
        start, stop, step = counted
        span = _at_most(stop - start if step > 0 else start - stop, indices)
        if span is None or not set(symbols_in(span)) <= set(known):
            return None
        turns = sizes.floordiv(span + abs(step) - 1, abs(step))
        if loop.attrs.get("exits") and not _has_room(turns):
            return None
        found.append(sizes.maximum(turns, 0))
        _bound_index(loop, indices)
    return tuple(found)


def _has_room(turns: Size) -> bool:
    """Return whether there is memory for as many turns, of which few may be run.

    So it is where they are as many as the elements of an array; `range(10**12)` may mean: until it breaks.
    """
    return (
        turns <= MOST if isinstance(turns, int) else all(symbol.nonnegative for symbol in symbols_in(turns))
    )


def _range(loop: Equation) -> tuple[Size, Size, int] | None:
    """Return start, stop and step of a loop over a range that sizes say; it may leave it."""
    if loop.primitive is not for_:
        return None
    start, stop, step = (_size(operand) for operand in loop.operands[:3])
    if start is None or stop is None or not isinstance(step, int) or step == 0:
        return None
    return start, stop, step


def _bound_index(loop: Equation, indices: dict[Symbol, tuple[Size, Size]]) -> None:
    """Take note of the least and the greatest index of a loop."""
    if (counted := _range(loop)) is None:
        return
    start, stop, step = counted
    low, high = (start, stop - 1) if step > 0 else (stop + 1, start)
    named = sizes.as_symbol(_size(loop.blocks[-1].params[0]) or 0)
    least, greatest = _at_most(-low, indices), _at_most(high, indices)
    if named is not None and least is not None and greatest is not None:
        indices[named] = (-least, greatest)


def _at_most(size: Size, indices: dict[Symbol, tuple[Size, Size]]) -> Size | None:
    """Return a bound of a size over all turns of the loops around; None where none is seen."""
    if isinstance(size, int):
        return size
    total: Size = 0
    for monomial, coefficient in size.terms:
        inside = [f for f in monomial if isinstance(f, Symbol) and f in indices]
        if not inside and not set(symbols_in(Dim(((monomial, 1),)))) & set(indices):
            total = total + Dim(((monomial, coefficient),)) if monomial else total + coefficient
        elif len(monomial) == 1 and inside:
            least, greatest = indices[inside[0]]
            total = total + coefficient * (greatest if coefficient > 0 else least)
        else:
            return None
    return total


def _size(operand: Operand) -> Size | None:
    if isinstance(operand, Literal):
        return int(operand.value)
    return operand.aval.size if isinstance(operand.aval, Scalar) else None


def _turn(emit: Builder, index: Operand, start: Operand, step: Operand) -> Operand:
    """Return the number of the turn, from 0, in which a loop has this index."""
    first, each = _size(start), _size(step)
    assert first is not None
    assert isinstance(each, int)
    here = _size(index)
    if here is not None:
        return _operand(emit, sizes.floordiv(here - first, each), index)
    moved = index if first == 0 else emit.one(sub, index, _operand(emit, first, start))
    return moved if each == 1 else emit.one(floordiv, moved, literal(each))


def _operand(emit: Builder, size: Size, same: Operand) -> Operand:
    if isinstance(size, int):
        return literal(size)
    return same if _size(same) == size else emit.one(size_value, size=size)
