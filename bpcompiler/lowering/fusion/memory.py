"""What the equations of a lowered program read and write: of which buffer, at which indices.

A buffer is known by one of the values that live in it. Versions of an array that follow one another by stores
and through loops are one buffer; where a loop or a branch hands on one array or another, those count as one.
A reshaped array is the same buffer, seen as another view: indices into the two say nothing of each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from bpcompiler.ir.equations import Block, Equation, Literal, Operand, Value, equations_of, has_effect
from bpcompiler.ir.sizes import Size, is_nonnegative
from bpcompiler.ir.types import Array
from bpcompiler.lowering.fusion.parts import EVERYWHERE, indices_of
from bpcompiler.lowering.fusion.ranges import indices_below, sizes_in
from bpcompiler.primitives import loops, shapes
from bpcompiler.primitives.carries import parts_of
from bpcompiler.primitives.in_place import IN_PLACE

NEW = {loops.empty}
SAME_BUFFER = {*IN_PLACE, shapes.reshape}


@dataclass(frozen=True, slots=True)
class Access:
    """One reading or writing of a buffer. Without indices it may be of any part of it."""

    buffer: Value
    view: Value
    indices: tuple[Operand, ...] | None
    writes: bool
    reads: bool
    proven: bool = False  # in bounds, whatever was checked before


class _Classes:
    """Sets of values, by union."""

    def __init__(self) -> None:
        self._parent: dict[Value, Value] = {}

    def find(self, value: Value) -> Value:
        root = value
        while (parent := self._parent.get(root, root)) is not root:
            root = parent
        while (parent := self._parent.get(value, value)) is not root and value is not root:
            self._parent[value] = root
            value = parent
        return root

    def join(self, values: Iterable[Operand]) -> None:
        arrays = [self.find(value) for value in values if is_array(value)]
        for other in arrays[1:]:
            if other is not arrays[0]:
                self._parent[other] = arrays[0]
                arrays[0] = self.find(arrays[0])


class Memory:
    """The buffers of a program. Those of arguments may be one another's."""

    def __init__(self, block: Block) -> None:
        self._buffers, self._views = _Classes(), _Classes()
        self._accesses: dict[Equation, tuple[Access, ...]] = {}
        everything = list(equations_of(block))
        for eqn in everything:
            self._learn(eqn)
        self._sizes = sizes_in(block)
        self._below = dict(indices_below(everything, self._sizes))
        given = [param for param in block.params if is_array(param)]
        if any(self._writes(eqn, given) for eqn in everything):
            self._buffers.join(given)  # which the caller may have passed twice
            self._accesses.clear()  # they name the buffers
        self._given = {self.buffer(param) for param in given}

    def _learn(self, eqn: Equation) -> None:
        if eqn.blocks:
            for number, output in enumerate(eqn.outputs):
                self._join([output, *parts_of(eqn, number)])
            for block in eqn.blocks[:-1]:
                self._join_params(eqn, block)
        elif eqn.primitive in IN_PLACE:
            self._join([eqn.operands[0], *eqn.outputs])
        elif eqn.primitive is shapes.reshape:
            self._buffers.join([eqn.operands[0], *eqn.outputs])
        elif eqn.primitive not in NEW:
            self._join([*eqn.outputs, *eqn.operands] if any(map(is_array, eqn.outputs)) else [])

    def _join_params(self, eqn: Equation, block: Block) -> None:
        """The test of a `while` has parameters of its own."""
        first = len(eqn.operands) - len(block.params)
        for param, init in zip(block.params, eqn.operands[first:], strict=True):
            self._join([param, init])

    def _join(self, values: Iterable[Operand]) -> None:
        values = list(values)
        self._buffers.join(values)
        self._views.join(values)

    def _writes(self, eqn: Equation, given: Iterable[Value]) -> bool:
        buffers = {self.buffer(param) for param in given}
        return any(access.writes and access.buffer in buffers for access in self.of(eqn))

    def acts(self, eqn: Equation) -> bool:
        """Return whether an equation does what must keep its order: an effect, or a change of an argument."""
        return has_effect(eqn) or self.changes_argument(eqn)

    def changes_argument(self, eqn: Equation) -> bool:
        """Return whether an equation writes into the caller's array."""
        return any(access.writes and access.buffer in self._given for access in self.of(eqn))

    def buffer(self, value: Value) -> Value:
        """Return the value that stands for the buffer of an array."""
        return self._buffers.find(value)

    def view(self, value: Value) -> Value:
        """Return the value that stands for the view of its buffer that an array is."""
        return self._views.find(value)

    def of(self, eqn: Equation) -> tuple[Access, ...]:
        """Return what an equation reads and writes, nested blocks included."""
        if eqn not in self._accesses:
            self._accesses[eqn] = tuple(dict.fromkeys(self._all_of(eqn)))
        return self._accesses[eqn]

    def _all_of(self, eqn: Equation) -> Iterator[Access]:
        if eqn.blocks:
            for block in eqn.blocks:
                for inner in block.equations:
                    yield from self.of(inner)
        elif eqn.primitive is loops.load:
            yield self._access(eqn.operands[0], eqn.operands[1:], reads=True)
        elif eqn.primitive is loops.store:
            yield self._access(eqn.operands[0], eqn.operands[2:], writes=True)
        elif eqn.primitive is not shapes.reshape and eqn.primitive not in NEW:
            for at, operand in enumerate(eqn.operands):
                if is_array(operand):
                    written = bool(eqn.outputs) and is_array(eqn.outputs[0]) and self._is_target(eqn, at)
                    yield self._access(operand, indices_of(eqn, at), writes=written, reads=True)

    def _is_target(self, eqn: Equation, at: int) -> bool:
        return at == 0 or eqn.primitive not in IN_PLACE

    def _access(
        self,
        array: Operand,
        indices: tuple[Operand, ...] | None,
        *,
        writes: bool = False,
        reads: bool = False,
    ) -> Access:
        assert isinstance(array, Value)
        proven = indices is not None and all(map(self._is_below, indices, array.aval.shape))
        return Access(self.buffer(array), self.view(array), indices, writes, reads, proven)

    def _is_below(self, index: Operand, size: Size) -> bool:
        if index is EVERYWHERE:
            return True
        if isinstance(index, Literal):
            return isinstance(size, int) and 0 <= index.value < size
        return self._below.get(index) == size

    def own(self, block: Block) -> set[Value]:
        """Return the buffers that a program makes, each once, for itself: no arguments and no results."""
        outside = {self.buffer(v) for v in (*block.params, *block.results) if is_array(v)}
        return self.made_once(block) - outside

    def made_once(self, block: Block) -> set[Value]:
        """Return the buffers that are made by one equation; arguments and results may be among them."""
        made = Counter(
            self.buffer(value)
            for eqn in equations_of(block)
            for value in eqn.outputs
            if is_array(value) and not eqn.blocks and eqn.primitive not in SAME_BUFFER
        )
        new = {self.buffer(eqn.output) for eqn in equations_of(block) if eqn.primitive in NEW}
        return {buffer for buffer in new if made[buffer] == 1}

    def join(self, one: Value, other: Value) -> None:
        """Say that two buffers have become one."""
        self._join([one, other])
        self._accesses.clear()

    def needs_checks(self, eqn: Equation) -> bool:
        """Return whether an equation relies on what was checked before: indices, and that sizes are some."""
        if any(not access.proven and access.indices is not None for access in self.of(eqn)):
            return True
        inner = (eqn, *(inner for block in eqn.blocks for inner in equations_of(block)))
        return any(
            not is_nonnegative(size)
            for made in inner
            if made.primitive is loops.empty
            for size in made.attrs["shape"]
        )


def is_array(operand: Operand) -> TypeGuard[Value]:
    """Return whether an operand is an array."""
    return isinstance(operand, Value) and isinstance(operand.aval, Array)
