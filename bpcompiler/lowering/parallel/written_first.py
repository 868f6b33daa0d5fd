"""Whether a turn reads only what it has written itself: then each chunk may have a buffer of its own.

    for j in range(n):
        for k in range(m):
            q[j, k] = ...           q[j, k] is written for each k; after that loop q[j, :m], at last q[:n, :m]
    ... q[i, 0] ...                 is read after that

What is written is known by regions, dimension by dimension: at the index of a loop that goes on, at a number,
or from 0 up to a size. A loop's regions grow when it ends; what branches write, or loops that may end early,
does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import Scalar
from bpcompiler.lowering.fusion.ranges import Sizes, size_of
from bpcompiler.lowering.parallel.reducing import is_number
from bpcompiler.lowering.parallel.touches import Touch, Touches
from bpcompiler.primitives.indexing import At, Item, NewAxis, Slice
from bpcompiler.primitives.loops import PRODUCTS, for_, load


@dataclass(frozen=True, slots=True)
class UpTo:
    """The indices from 0 up to a size."""

    size: Size


Extent = Value | int | UpTo | None  # None: some index, or some of them
Region = tuple[Extent, ...]


def is_written_first(body: Block, some: Sequence[Touch], touches: Touches, known: Sizes) -> bool:
    """Return whether a turn writes what it reads of a buffer; `some`: all that it does to it."""
    turn = _Turn(body, some, touches, known)
    turn.run(body, ())
    return turn.is_sound


class _Turn:
    def __init__(self, body: Block, some: Sequence[Touch], touches: Touches, known: Sizes) -> None:
        self._touches, self._known = touches, known
        self._buffer = some[0].buffer
        self._of = {touch.eqn for touch in some}
        self._loops = {e.blocks[0].params[0]: e for e in equations_of(body) if e.primitive is for_}
        self.is_sound = True

    def run(self, block: Block, before: Sequence[Region]) -> list[Region]:
        """Return the regions that are written after a block; take note of a reading of anything else."""
        written = list(before)
        for eqn in block.equations:
            if eqn in self._of:
                self._access(eqn, written)
            for inner in eqn.blocks:
                more = self.run(inner, written)[len(written) :]
                if eqn.primitive is for_ and not eqn.attrs.get("exits"):
                    written += [after for region in more if (after := self._after(region, eqn)) is not None]
        return written

    def _after(self, region: Region, loop: Equation) -> Region | None:
        """Return what a region has become when a loop ends, None if that is not known."""
        start, stop, step = loop.operands[:3]
        index, size = loop.blocks[0].params[0], size_of(stop, self._known)
        aval = index.aval
        own = set(sizes.symbols(aval.size or 0)) if isinstance(aval, Scalar) else set()
        mentioned = {s for extent in region if isinstance(extent, UpTo) for s in sizes.symbols(extent.size)}
        if size is None or region.count(index) != 1 or own & mentioned:
            return None
        if not is_number(start, 0) or not is_number(step, 1):
            return None
        return tuple(UpTo(size) if extent is index else extent for extent in region)

    # ------------------------------------------------------------------ one reading or writing

    def _access(self, eqn: Equation, written: list[Region]) -> None:
        for at, array in enumerate(eqn.operands[: PRODUCTS.get(eqn.primitive, 1)]):
            if not isinstance(array, Value) or not self._touches.is_in(array, self._buffer):
                continue
            region = tuple(self._region(eqn, at))
            is_target = at == 0 and eqn.primitive is not load and bool(eqn.outputs[0].aval.shape)
            if not is_target or eqn.attrs.get("beta"):
                covered = any(self._covers(one, region, array.aval.shape) for one in written)
                self.is_sound = self.is_sound and covered
            if is_target and None not in region:
                written.append(region)

    def _region(self, eqn: Equation, at: int) -> Iterator[Extent]:
        if eqn.primitive not in PRODUCTS:
            yield from map(self._extent, self._touches.places(eqn) or ())
            return
        spec = eqn.attrs.get("parts", {at: None})[at]
        if spec is None:
            yield from map(UpTo, eqn.operands[at].aval.shape)
            return
        first = PRODUCTS[eqn.primitive] - 1
        for item in spec:
            if not isinstance(item, NewAxis):
                yield self._extent_of_item(item, eqn.operands[first:])

    def _extent(self, operand: Operand) -> Extent:
        if isinstance(operand, Literal):
            return int(operand.value)
        return operand if operand in self._loops else None

    def _extent_of_item(self, item: Item, indices: Sequence[Operand]) -> Extent:
        if isinstance(item, At):
            return self._extent(self._touches.index(indices[item.operand]))
        if isinstance(item, Slice) and item.start == 0 and item.step == 1:
            return UpTo(item.length)
        return None

    def _covers(self, one: Region, other: Region, shape: Sequence[Size]) -> bool:
        extents = zip(one, other, shape, strict=True)
        return all(self._reaches(written, read, size) for written, read, size in extents)

    def _reaches(self, written: Extent, read: Extent, size: Size) -> bool:
        """Whether what is written in a dimension of this size has all that is read there."""
        if isinstance(written, UpTo):
            if written.size == size:
                return True  # all of it: indices are in bounds
            if isinstance(read, Value):
                return self._stays_below(self._loops[read], written.size)
        return written == read and read is not None

    def _stays_below(self, loop: Equation, size: Size) -> bool:
        start, stop, step = loop.operands[:3]
        counts_up = all(isinstance(operand, Literal) and operand.value >= 0 for operand in (start, step))
        return counts_up and size_of(stop, self._known) == size
