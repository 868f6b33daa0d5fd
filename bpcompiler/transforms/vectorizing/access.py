"""Element reads and stores in a loop: what they become when all turns are made at once.

x[k, 2 * j]        x[start : start + count, 2 * j]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpcompiler.ir.equations import Operand
from bpcompiler.ir.sizes import Size, substitute
from bpcompiler.primitives.indexing import At, Slice, Spec, full_slice
from bpcompiler.transforms.planning.homes import symbols_in
from bpcompiler.transforms.vectorizing.turns import Turns


def is_element(spec: Spec) -> bool:
    """Return whether a spec has an index that is known, in bounds, for every axis."""
    return all(isinstance(item, At) and item == At(item.operand, item.proven) for item in spec) and all(
        isinstance(item, At) and item.proven is not None for item in spec
    )


def own_axis(spec: Spec, turns: Turns) -> int | None:
    """Return the only axis of an element's spec whose index differs from turn to turn, by a fixed step."""
    axes = [axis for axis, item in enumerate(spec) if turns.symbol in symbols_in(item)]
    if len(axes) != 1 or step_of(_place(spec, axes[0]), turns) in (None, 0):
        return None
    return axes[0]


def is_own(spec: Spec, axis: int, turns: Turns) -> bool:
    """Return whether the index on this axis is the loop's own."""
    return _place(spec, axis) == turns.index


def step_of(place: Size, turns: Turns) -> int | None:
    """Return how far a place moves from turn to turn; None where that is not the same each time."""
    first = substitute(place, {turns.symbol: 0})
    step = substitute(place, {turns.symbol: 1}) - first
    return step if isinstance(step, int) and first + turns.index * step == place else None


def of_all_turns(spec: Spec, turns: Turns) -> Spec:
    """Return the spec for an array with an axis more, the turns'."""
    return (*spec, full_slice(turns.count))


def at_once(spec: Spec, axis: int, turns: Turns, first: int) -> tuple[Spec, list[int]]:
    """Return the spec of all turns, and the numbers of the operands that it still has.

    `first`: the number of the first index among the equation's operands, for stores not that of the spec.
    """
    place = _place(spec, axis)
    step, start = step_of(place, turns), substitute(place, {turns.symbol: turns.start})
    assert step is not None
    items: list[At | Slice] = []
    kept: list[int] = []
    for number, item in enumerate(spec):
        if number == axis:
            items.append(Slice(start, turns.count, step, (start, start + turns.count * step, step)))
        else:
            assert isinstance(item, At)
            kept.append(item.operand - 1 + first)
            items.append(replace(item, operand=len(kept)))
    return tuple(items), kept


def moved(spec: Spec, axis: int) -> Spec:
    """Return the spec for the array with this axis as its last."""
    return (*spec[:axis], *spec[axis + 1 :], spec[axis])


def indices(operands: Sequence[Operand], kept: Sequence[int]) -> list[Operand]:
    """Return the operands of these numbers."""
    return [operands[number] for number in kept]


def _place(spec: Spec, axis: int) -> Size:
    item = spec[axis]
    assert isinstance(item, At)
    assert item.proven is not None
    return item.proven
