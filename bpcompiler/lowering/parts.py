"""Where a matrix or a vector stands in memory: in which buffer, which part of it, in what order.

    x[t]   w.T   x[a:b]   g[:, n:]   h[t].T   x[None, :]   a row that was put on a tape

are read where they stand. What waits to be read says itself where its elements are: it is asked for the one
at unknown indices, and an answer that is one load, at places that count along with them, is a part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Literal, Operand, Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.lowering.lower import Lowering
from bpcompiler.lowering.nests import INDEX, Element, inside, is_literal
from bpcompiler.primitives import tapes
from bpcompiler.primitives.arithmetic import add, mul
from bpcompiler.primitives.creation import size_value
from bpcompiler.primitives.indexing import At, Item, NewAxis, Slice, full_slice, is_full
from bpcompiler.primitives.loops import load


@dataclass(frozen=True, slots=True)
class Part:
    """`array[items]`, where `At(k)` is index k, from 1 on; transposed if its two axes are meant exchanged."""

    array: Operand
    items: tuple[Item, ...] = ()
    indices: tuple[Operand, ...] = ()
    transposed: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the array, in order."""
        sizes = self.array.aval.shape
        return not self.items or (len(self.items) == len(sizes) and all(map(is_full, self.items, sizes)))


Places = Callable[[Builder, list[Operand]], Sequence[Operand]]


def part_read(lowering: Lowering, emit: Builder, shape: Sequence[Size], element: Element) -> Part | None:
    """Return the part of a buffer whose elements these are; None if they are not read off one as they are.

    The equations that its indices need are added.
    """
    trial, params = _trial(emit, shape)
    found = element(trial, list(params))
    return _Reader(lowering, emit, trial, params).part(found)


def part_at(
    lowering: Lowering, emit: Builder, array: Operand, shape: Sequence[Size], places: Places
) -> Part | None:
    """Return the part of an array whose elements stand at these places; None if no slices take them."""
    trial, params = _trial(emit, shape)
    found = places(trial, list(params))
    return _Reader(lowering, emit, trial, params).found(array, found)


def _trial(emit: Builder, shape: Sequence[Size]) -> tuple[Builder, dict[Value, Size]]:
    trial = inside(emit)
    return trial, {trial.input(INDEX): size for size in shape}


class _Reader:
    """Reads off the equations that compute one element, at indices that are parameters."""

    def __init__(self, lowering: Lowering, emit: Builder, trial: Builder, counts: dict[Value, Size]) -> None:
        self.lowering, self.emit, self.trial, self.counts = lowering, emit, trial, counts
        self.defined = {value: eqn for eqn in trial.equations for value in eqn.outputs}
        self.order = list(counts)

    def part(self, element: Operand) -> Part | None:
        """Return the part that an element is loaded from."""
        eqn = self.defined.get(element) if isinstance(element, Value) else None
        if eqn is not None and eqn.primitive is load:
            return self.found(eqn.operands[0], eqn.operands[1:])
        if eqn is not None and eqn.primitive is tapes.recall and eqn.operands:
            return self._on_tape(eqn)
        return None

    def _on_tape(self, eqn: Equation) -> Part | None:
        tape = eqn.attrs["tape"]
        shape = next(old.aval.shape for old, new in self.lowering.tapes.items() if new is tape)
        first = len(eqn.operands) - len(shape)
        where = eqn.operands[:first]
        if any(map(self._counts_along, where)):
            return None
        row = Value(Array(tape.aval.dtype, shape))
        found = self.found(row, eqn.operands[first:])
        if found is not None:
            self._keep(where)
            new = self.emit.one(tapes.recall, *where, tape=tape, shape=shape)
            found = Part(new, found.items, found.indices, found.transposed)
        return found

    def found(self, array: Operand, places: Sequence[Operand]) -> Part | None:
        """Return the part whose elements are at these places: they say which index counts along an axis."""
        moving = {at: self._moving(place) for at, place in enumerate(places) if self._counts_along(place)}
        numbers = [found[0] for found in moving.values() if found is not None]
        unused = [number for number in range(len(self.order)) if number not in numbers]
        if None in moving.values() or len(set(numbers)) != len(numbers):
            return None  # places that no slice takes, or a diagonal
        if any(self.counts[self.order[number]] != 1 for number in unused):
            return None  # an element is read often
        items: list[tuple[int, Item]] = []
        indices: list[Operand] = []
        for at, (place, size) in enumerate(zip(places, array.aval.shape, strict=True)):
            found = moving.get(at)
            if found is not None:
                items.append((found[0], self._slice(found, size)))
            elif unused and size == 1 and is_literal(place, 0):
                items.append((unused.pop(0), full_slice(size)))
            else:
                indices.append(place)
                items.append((-1, At(len(indices))))
        _add_new_axes(items, unused)
        in_order = [number for number, _ in items if number >= 0]
        self._keep(indices)
        return Part(array, tuple(item for _, item in items), tuple(indices), in_order != sorted(in_order))

    def _slice(self, counting: tuple[int, int, Size], size: Size) -> Slice:
        number, step, start = counting
        length = self.counts[self.order[number]]
        if (start, length, step) == (0, size, 1):
            return full_slice(size)
        given = (None if start == 0 else start, start + length * step, None if step == 1 else step)
        return Slice(start, length, step, given)

    def _moving(self, place: Operand) -> tuple[int, int, Size] | None:
        """Return the number of the index that a place counts along with, in which steps, from where on."""
        counting = self._affine(place)
        if counting is None or counting[1] <= 0:
            return None
        return self.order.index(counting[0]), counting[1], counting[2]

    def _affine(self, place: Operand) -> tuple[Value, int, Size] | None:
        """Return (index, step, start) of `index * step + start`."""
        if place in self.counts:
            assert isinstance(place, Value)
            return place, 1, 0
        eqn = self.defined.get(place) if isinstance(place, Value) else None
        if eqn is None or eqn.primitive not in (add, mul):
            return None
        left, right = eqn.operands
        if not self._counts_along(left):
            left, right = right, left
        counting, size = self._affine(left), _size(right, self.defined)
        if counting is None or size is None:
            return None
        param, step, start = counting
        if eqn.primitive is add:
            return param, step, start + size
        return (param, step * size, start * size) if isinstance(size, int) else None

    def _counts_along(self, operand: Operand) -> bool:
        if operand in self.counts:
            return True
        eqn = self.defined.get(operand) if isinstance(operand, Value) else None
        return eqn is not None and any(map(self._counts_along, eqn.operands))

    def _keep(self, indices: Sequence[Operand]) -> None:
        """Add the equations that indices need to the program."""
        needed = {operand for operand in indices if isinstance(operand, Value)}
        kept: list[Equation] = []
        for eqn in reversed(self.trial.equations):
            if not needed.isdisjoint(eqn.outputs):
                kept.append(eqn)
                needed.update(operand for operand in eqn.operands if isinstance(operand, Value))
        self.emit.equations.extend(reversed(kept))


def _add_new_axes(items: list[tuple[int, Item]], numbers: Sequence[int]) -> None:
    """Put axes of size 1 where nothing counts along with an index, in the order of the others if they are."""
    for number in numbers:
        behind = [at for at, (other, _) in enumerate(items) if other > number]
        items.insert(behind[0] if behind else len(items), (number, NewAxis()))


def _size(operand: Operand, defined: dict[Value, Equation]) -> Size | None:
    if isinstance(operand, Literal):
        return operand.value if isinstance(operand.value, int) else None
    assert isinstance(operand, Value)
    eqn = defined.get(operand)
    if eqn is not None and eqn.primitive is size_value:
        found: Size = eqn.attrs["size"]
        return found
    return operand.aval.size if isinstance(operand.aval, Scalar) else None
