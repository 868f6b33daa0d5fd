"""Whether two accesses of one array are at the same place, or certainly apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpcompiler.ir.equations import Equation, Literal, Operand
from bpcompiler.ir.inequalities import follows
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Scalar
from bpcompiler.primitives.indexing import At, Item, NewAxis, Slice, Spec
from bpcompiler.primitives.loops import for_

DEPTH = 2  # facts that one conclusion may need


@dataclass(frozen=True, slots=True)
class Range:
    """A slice, however it was written."""

    start: Size
    length: Size
    step: int


@dataclass(frozen=True, slots=True)
class Index:
    """One index on an axis: where it points if that is known as a size, else the operand, in which part."""

    at: Size | Operand
    within: Range | None = None


Place = tuple[Index | Range | NewAxis, ...]


def place(spec: Spec, indices: Sequence[Operand]) -> Place | None:
    """Return where a spec with these indices is; None if an index is an array: it may repeat."""
    if any(index.aval.shape for index in indices):
        return None
    return tuple(_part(item, indices) for item in spec)


def _part(item: Item, indices: Sequence[Operand]) -> Index | Range | NewAxis:
    if isinstance(item, At):
        if item.proven is not None:
            return Index(item.proven)
        return Index(indices[item.operand - 1], None if item.within is None else _range(item.within))
    return _range(item) if isinstance(item, Slice) else item


def _range(item: Slice) -> Range:
    return Range(item.start, item.length, item.step)


def are_apart(one: Place | None, other: Place | None, known: Sequence[Size] = ()) -> bool:
    """Return whether two places have no element in common: on some axis the indices differ for certain.

    `known`: what is not negative there.
    """
    if one is None or other is None:
        return False
    axes = zip(_axes(one), _axes(other), strict=True)
    return any(_differ(a, b, known) for a, b in axes if isinstance(a, Index) and isinstance(b, Index))


def _axes(where: Place) -> list[Index | Range]:
    return [part for part in where if not isinstance(part, NewAxis)]


def _differ(a: Index, b: Index, known: Sequence[Size]) -> bool:
    if not isinstance(a.at, Size) or not isinstance(b.at, Size):
        return False
    distance = a.at - b.at
    if isinstance(distance, int):
        return distance != 0
    return follows(distance - 1, known, DEPTH) or follows(-distance - 1, known, DEPTH)


def facts(loop: Equation) -> list[Size]:
    """Return what is not negative in the turns of a loop over a range: where its index lies."""
    if loop.primitive is not for_:
        return []
    index = _size(loop.blocks[-1].params[0])
    start, stop, step = (_size(operand) for operand in loop.operands[:3])
    if index is None or not isinstance(step, int) or step == 0:
        return []
    ends = [] if start is None else [index - start if step > 0 else start - index]
    return ends if stop is None else [*ends, stop - 1 - index if step > 0 else index - stop - 1]


def _size(operand: Operand) -> Size | None:
    if isinstance(operand, Literal):
        return int(operand.value)
    return operand.aval.size if isinstance(operand.aval, Scalar) else None
