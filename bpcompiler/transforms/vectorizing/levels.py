"""The blocks around a loop while they are made anew: where copies of arrays are made for all turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Value
from bpcompiler.ir.types import Array
from bpcompiler.primitives.shapes import transpose
from bpcompiler.primitives.stores import copy_array


@dataclass(slots=True)
class Level:
    """A block under construction, one level further in than the block before; `turns`: the body of a loop.

    The equation that holds the next level is yet to be added.
    """

    emit: Builder
    turns: bool
    params: frozenset[Value]
    copies: dict[tuple[Value, int], Value] = field(default_factory=dict)

    def defines(self, value: Value) -> bool:
        """Return whether a value is one of this very block."""
        return value in self.params or any(value in eqn.outputs for eqn in self.emit.equations)


def with_axis_last(levels: Sequence[Level], array: Value, axis: int) -> Value | None:
    """Return a copy with this axis last, made in front of the loops around; None if no loop is between."""
    depth = next((depth for depth, level in enumerate(levels) if level.defines(array)), len(levels))
    if not any(level.turns for level in levels[depth + 1 :]):
        return None
    level = levels[depth]
    if (array, axis) not in level.copies:
        level.copies[array, axis] = _copied(level.emit, array, axis)
    return level.copies[array, axis]


def _copied(emit: Builder, array: Value, axis: int) -> Value:
    assert isinstance(array.aval, Array)
    others = (other for other in range(len(array.aval.shape)) if other != axis)
    turned = emit.one(transpose, array, permutation=(*others, axis))
    copied = emit.one(copy_array, turned)
    if array in emit.names:
        emit.names[copied] = emit.names[array]
    return copied
